"""Tags and owners of applications: the team's alone, and nothing of what bars somebody."""

from typing import Any

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Person, Role
from accelerator.core import db, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.core.web import App
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.operations import keeping
from accelerator.intake.operations import tags as operations
from accelerator.intake.queries import tags as queries
from accelerator.intake.team_models import ApplicationOwner, ApplicationTag, Tag
from accelerator.programmes.models import Edition
from tests.factories import Browser, make_application, make_edition, make_member
from tests.factories.scoring import make_conflict
from tests.visits.sent import UntouchedForms


@pytest.fixture
def edition(app: App) -> Edition:
    with db.transaction():
        return make_edition()


@pytest.fixture
def staff(edition: Edition) -> Person:
    with db.transaction():
        return make_member(edition, Role.STAFF)


def add(edition: Edition, name: str, **values: Any) -> Application:
    with db.transaction(), scope.choose(edition.scope):
        return make_application(edition, values.pop("state", ApplicationState.SENT), name=name, **values)


def address(edition: Edition, more: str = "") -> str:
    return f"/editions/{edition.slug}/applications{more}"


def names(browser: Browser, edition: Edition, query: str = "") -> list[str]:
    page = browser.get(address(edition, query))
    assert page.status_code == 200
    return sorted(part.split("</a>")[0] for part in page.text.split('data-open translate="no">')[1:])


def chips(browser: Browser, edition: Edition) -> list[str]:
    page = browser.get(address(edition)).text
    return [part.split("<")[0].strip() for part in page.split('<span class="tag tag-line">')[1:]]


def test_an_application_gets_tags_and_an_owner_and_is_found_by_them(
    browser: Browser, edition: Edition, staff: Person
) -> None:
    north, _south = add(edition, "North"), add(edition, "South")
    browser.sign_in(staff)
    page = address(edition, f"/{north.reference}/tags")
    sent = {"new_tag": " Pilot  site ", "owner": staff.id}
    assert browser.post(page, sent).headers["Location"].endswith(f"/{north.reference}")
    with db.reading(), scope.choose(edition.scope):
        [tag] = queries.tags(edition)
        acts = session().scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert tag.name == "Pilot site"
    assert list(acts)[-3:] == ["tag.created", "application.tagged", "application.owner_given"]
    assert chips(browser, edition) == ["Pilot site"]
    assert names(browser, edition, f"?tag={tag.id}") == ["North"]
    assert names(browser, edition, "?owner=me") == names(browser, edition, f"?owner={staff.id}") == ["North"]
    assert names(browser, edition, "?owner=nobody") == ["South"]
    assert names(browser, edition, "?owner=me&tag=999") == []
    assert names(browser, edition, "?owner=x&tag=x") == ["North", "South"]
    shown = browser.get(address(edition, f"/{north.reference}")).text
    assert "Pilot site" in shown and staff.name_in("en") in shown.split('id="kept-h"')[1].split("</section>")[0]
    assert browser.post(page, {"owner": "0", "new_tag": ""}).status_code == 302
    assert chips(browser, edition) == [] and names(browser, edition, "?owner=me") == []


def test_a_second_window_is_told_and_overwrites_only_what_it_saw(
    browser: Browser, edition: Edition, staff: Person
) -> None:
    north = add(edition, "North")
    path = address(edition, f"/{north.reference}/tags")
    browser.sign_in(staff)
    sent = UntouchedForms(path, browser.get(path).text).forms[path]
    assert browser.post(path, {**sent, "new_tag": "Theirs", "owner": str(staff.id)}).status_code == 302
    late = browser.post(path, {**sent, "new_tag": "Ours"})
    told = late.text.split("Saved in the meantime:")[1].split("</dl>")[0]
    assert (late.status_code, "Theirs" in told, staff.name_in("en") in told) == (422, True, True)
    again = UntouchedForms(path, late.text).forms[path]
    assert (again["new_tag"], browser.post(path, again).status_code) == (["Ours"], 302)
    assert chips(browser, edition) == ["Ours"]


def test_tags_are_created_renamed_and_removed(browser: Browser, edition: Edition, staff: Person) -> None:
    north = add(edition, "North")
    browser.sign_in(staff)
    assert browser.post(address(edition, "/tags"), {"name": "Hotels"}).status_code == 302
    twice = browser.post(address(edition, "/tags"), {"name": "ＨＯＴＥＬＳ"})
    assert (twice.status_code, "There is already a tag “Hotels”." in twice.text) == (422, True)
    assert browser.post(address(edition, "/tags"), {"name": " "}).status_code == 422
    assert browser.post(address(edition, "/tags"), {"name": "x" * 31}).status_code == 422
    with db.reading(), scope.choose(edition.scope):
        [tag] = queries.tags(edition)
    browser.post(address(edition, f"/{north.reference}/tags"), {"tags": [tag.id], "owner": "0"})
    assert browser.post(address(edition, f"/tags/{tag.id}"), {"name": "hotels"}).status_code == 302
    assert chips(browser, edition) == ["hotels"]
    assert "1 application has this tag" in browser.get(address(edition, f"/tags/{tag.id}")).text
    assert browser.post(address(edition, f"/tags/{tag.id}/remove")).status_code == 302
    assert chips(browser, edition) == []
    assert browser.get(address(edition, f"/tags/{tag.id}")).status_code == 404


def test_a_conflict_hides_tags_and_owner_and_their_counts(browser: Browser, edition: Edition, staff: Person) -> None:
    north = add(edition, "North")
    with db.transaction(), scope.choose(edition.scope):
        barred = make_member(edition, Role.ADMIN)
        tag = operations.create_tag(edition, name="Zyxtag", actor=staff)
        north = session().get_one(Application, north.id)
        operations.keep_in_order(north, tag_ids=[tag.id], new_tag="", owner=staff, actor=staff)
        make_conflict(north, barred)
    browser.sign_in(barred)
    for query in (f"?tag={tag.id}", f"?owner={staff.id}", ""):
        assert names(browser, edition, query) == []
    assert browser.get(address(edition, f"/{north.reference}/tags")).status_code == 404
    assert browser.post(address(edition, f"/{north.reference}/tags"), {"owner": "0"}).status_code == 404
    assert "No application has this tag." in browser.get(address(edition, f"/tags/{tag.id}")).text
    with db.transaction(), scope.choose(edition.scope):
        north = session().get_one(Application, north.id)
        with pytest.raises(Refused, match="has a conflict of interest"):
            operations.give_owner(north, owner=session().get_one(Person, barred.id), actor=staff)
        with pytest.raises(Refused, match="You have a conflict of interest"):
            operations.keep_in_order(north, tag_ids=[], new_tag="", owner=None, actor=barred)


def test_nobody_else_has_any_of_it(browser: Browser, edition: Edition, staff: Person) -> None:
    north = add(edition, "North")
    with db.transaction(), scope.choose(edition.scope):
        tag = operations.create_tag(edition, name="Zyxtag", actor=staff)
    with db.transaction():
        others = [make_member(edition, role) for role in (Role.REVIEWER, Role.FOUNDER, Role.PARTNER, Role.MENTOR)]
        others.append(make_member(make_edition(), Role.ADMIN))
    pages = ["/tags", f"/tags/{tag.id}", f"/{north.reference}/tags"]
    for person in others:
        browser.sign_in(person)
        assert {browser.get(address(edition, page)).status_code for page in pages} == {404}
        assert {browser.post(address(edition, page)).status_code for page in [*pages, f"/tags/{tag.id}/remove"]} == {
            404
        }
    with db.transaction(), scope.choose(edition.scope):
        north = session().get_one(Application, north.id)
        with pytest.raises(Refused, match="Choose somebody of the team"):
            operations.give_owner(north, owner=session().get_one(Person, others[0].id), actor=staff)


def test_a_tag_of_another_edition_and_one_that_is_gone_are_refused(edition: Edition, staff: Person) -> None:
    north = add(edition, "North")
    with db.transaction():
        other = make_edition()
        with scope.choose(other.scope):
            tag = operations.create_tag(other, name="Elsewhere", actor=staff)
    with db.transaction(), scope.choose(edition.scope):
        north = session().get_one(Application, north.id)
        for tag_id in (tag.id, 99_999):
            with pytest.raises(Refused, match="removed in the meantime"):
                operations.tag_application(north, tag_id=tag_id, actor=staff)


def test_what_the_team_keeps_goes_with_a_forgotten_draft(edition: Edition, staff: Person) -> None:
    draft = add(edition, "North", state=ApplicationState.DRAFT)
    with db.transaction(), scope.choose(edition.scope):
        tag = operations.create_tag(edition, name="Hotels", actor=staff)
        draft = session().get_one(Application, draft.id)
        operations.keep_in_order(draft, tag_ids=[tag.id], new_tag="", owner=staff, actor=staff)
        over = session().get_one(Edition, edition.id)
        over.opens_at, over.closes_at = over.opens_at.replace(year=1999), over.closes_at.replace(year=2000)
        draft.saved_at = draft.saved_at.replace(year=2000)
        session().flush()
        assert keeping.forget_drafts(session().get_one(Edition, edition.id)) == 1
        left = {
            table.__tablename__: session().scalars(select(table)).all() for table in (ApplicationTag, ApplicationOwner)
        }
        assert left == {"application_tag": [], "application_owner": []}
        assert [kept.name for kept in session().scalars(select(Tag))] == ["Hotels"]
