"""Open invitations: seen, sent again, withdrawn; what a link says that no longer opens anything; mails about roles."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Link, Membership, Person, Role
from accelerator.core import db, i18n, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.core.web import App
from accelerator.notifications.models import Message
from accelerator.programmes.models import Edition
from accelerator.programmes.operations import people
from tests.factories import Browser, make_edition, make_member
from tests.factories.accounts import mailed_kinds, mailed_links
from tests.factories.trail import all_changes

LENA = "lena@example.org"
NAMES = {"given_name": "Lena", "family_name": "Brandt", "zone": "berlin"}


@pytest.fixture
def edition(app: App) -> Edition:
    """An edition."""
    with db.transaction():
        return make_edition(name={"en": "Kobe 2030", "ja": "神戸2030"})


@pytest.fixture
def admin(edition: Edition) -> Person:
    """Its admin."""
    with db.transaction():
        return make_member(edition, Role.ADMIN, given_name="Haruka", family_name="Sato")


def invited(
    edition: Edition, admin: Person, *, ago: timedelta = timedelta(hours=1), role: Role = Role.REVIEWER
) -> Link:
    """An invitation to Lena, in Japanese, sent a while ago."""
    with db.transaction(), scope.choose(edition.scope):
        people.invite(edition, [LENA], role, language="ja", next_path=f"/editions/{edition.slug}/home", actor=admin)
        link = session().scalars(select(Link).order_by(Link.id.desc())).first()
        link.created_at -= ago
        link.expires_at -= ago
        return link


def acts(action: str) -> list[AuditEntry]:
    """The entries of the trail with this code. Call inside a session."""
    return list(session().scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)))


def test_the_team_sees_who_is_invited_by_whom(browser: Browser, edition: Edition, admin: Person) -> None:
    invited(edition, admin)
    text = browser.sign_in(admin).get(f"/editions/{edition.slug}/people").text
    assert text.count("lena@<wbr>example.<wbr>org") == 1
    assert text.count("Sent by Haruka Sato") == 1
    assert text.count("Can be accepted until") == 1
    assert text.count("Expired") == 0


def test_an_invitation_that_is_too_old_stays_on_the_list(app: App, edition: Edition, admin: Person) -> None:
    invited(edition, admin, ago=timedelta(days=15))
    text = Browser(app).sign_in(admin).get(f"/editions/{edition.slug}/people").text
    assert (text.count("Expired"), text.count("Could be accepted until")) == (1, 1)
    with db.reading():
        [link] = mailed_links(LENA)
    page = Browser(app).get(link)
    assert page.status_code == 410
    assert page.text.count("<h1>This invitation has expired</h1>") == 1


def test_sending_again_ends_the_first_link(app: App, browser: Browser, edition: Edition, admin: Person) -> None:
    link = invited(edition, admin)
    answer = browser.sign_in(admin).post(f"/editions/{edition.slug}/invitations/{link.id}/again")
    assert (answer.status_code, answer.location) == (302, f"/editions/{edition.slug}/people#waiting")
    with db.reading():
        first, second = mailed_links(LENA)
        assert session().scalars(select(Message.language).where(Message.address == LENA)).all() == ["ja", "ja"]
        assert [entry.actor_id for entry in acts("accounts.invited")] == [admin.id, admin.id]
    old = Browser(app).get(first)
    assert (old.status_code, old.text.count("<h1>There is a newer link</h1>")) == (410, 1)
    assert Browser(app).post(second, NAMES).status_code == 302


def test_sending_twice_in_a_minute_is_refused(browser: Browser, edition: Edition, admin: Person) -> None:
    link = invited(edition, admin, ago=timedelta(seconds=5))
    answer = browser.sign_in(admin).post(f"/editions/{edition.slug}/invitations/{link.id}/again")
    assert answer.status_code == 409
    assert answer.text.count("This was sent less than a minute ago.") == 1
    with db.reading():
        assert mailed_kinds(LENA) == ["invitation"]


def test_a_withdrawn_link_says_so(app: App, browser: Browser, edition: Edition, admin: Person) -> None:
    link = invited(edition, admin)
    path = f"/editions/{edition.slug}/invitations/{link.id}/withdraw"
    assert browser.sign_in(admin).post(path).status_code == 302
    assert (
        "lena@" not in browser.get(f"/editions/{edition.slug}/people").text.split('id="waiting"')[-1].split("toast")[0]
    )
    with db.reading():
        [mailed] = mailed_links(LENA)
        assert mailed_kinds(LENA) == ["invitation", "invitation_withdrawn"]
        [entry] = acts("accounts.invitation_withdrawn")
        assert (entry.actor_id, entry.subject_id, entry.scope_key) == (admin.id, link.id, edition.id)
        assert all_changes(entry) == {"email": [LENA, None], "role": ["reviewer", None]}
    for answer in (Browser(app).get(mailed), Browser(app).post(mailed, NAMES)):
        assert answer.status_code == 410
        assert answer.text.count("<h1>This invitation was withdrawn</h1>") == 1
        assert answer.text.count("The team of Kobe 2030 withdrew the invitation to take part as Reviewer.") == 1
    assert browser.post(path).status_code == 409, "once is enough"


def test_a_used_link_says_so_and_the_guest_is_told(app: App, edition: Edition, admin: Person) -> None:
    link = invited(edition, admin)
    with db.reading():
        [mailed] = mailed_links(LENA)
    assert Browser(app).post(mailed, NAMES).status_code == 302
    page = Browser(app).get(mailed)
    assert (page.status_code, page.text.count("<h1>This invitation was accepted</h1>")) == (410, 1)
    assert page.text.count(f'href="/sign-in?next=/editions/{edition.slug}/home"') == 1
    with db.transaction():
        assert mailed_kinds(LENA) == ["invitation", "role_given"]
        with scope.choose(edition.scope), pytest.raises(Refused, match="has been answered"):
            people.withdraw_invitation(edition, session().get(Link, link.id), actor=admin)


def test_a_link_nobody_knows_tells_nothing(app: App) -> None:
    page = Browser(app).get("/links/made-up")
    assert (page.status_code, page.text.count("<h1>This link has expired</h1>")) == (410, 1)


@pytest.mark.parametrize("act", ["again", "withdraw"])
def test_staff_and_strangers_leave_invitations_alone(
    browser: Browser, edition: Edition, admin: Person, act: str
) -> None:
    link = invited(edition, admin, role=Role.ADMIN)
    with db.transaction():
        staff, reviewer = make_member(edition, Role.STAFF), make_member(edition, Role.REVIEWER)
        other = make_edition()
        foreign = make_member(other, Role.ADMIN)
    path = f"/editions/{edition.slug}/invitations/{link.id}/{act}"
    assert browser.post(path).status_code == 401
    assert browser.sign_in(staff).post(path).status_code == 409
    assert browser.sign_in(reviewer).post(path).status_code == 404
    assert browser.sign_in(foreign).post(path).status_code == 404
    assert browser.post(f"/editions/{other.slug}/invitations/{link.id}/{act}").status_code == 404
    with db.reading():
        assert session().get(Link, link.id).used_at is None


@pytest.mark.parametrize("number", [1, 3])
def test_invitations_take_the_same_queries(
    browser: Browser, edition: Edition, admin: Person, count_queries: list[str], number: int
) -> None:
    with db.transaction(), scope.choose(edition.scope):
        addresses = [f"guest{one}@example.org" for one in range(number)]
        people.invite(edition, addresses, Role.MENTOR, language="en", next_path="/home", actor=admin)
    browser.sign_in(admin)
    count_queries.clear()
    assert browser.get(f"/editions/{edition.slug}/people").text.count("Send again") == number
    assert len(count_queries) == 6


def test_whoever_loses_a_role_or_gets_it_back_is_told(browser: Browser, edition: Edition, admin: Person) -> None:
    with db.transaction():
        staff = make_member(edition, Role.STAFF, email="riku@example.org", language="ja")
        row = session().scalars(select(Membership).where(Membership.person_id == staff.id)).one()
    path = f"/editions/{edition.slug}/people/{row.id}"
    browser.sign_in(admin)
    for act in ("end", "end", "resume", "resume", "end"):
        assert browser.post(f"{path}/{act}").status_code == 302
    with db.reading():
        assert mailed_kinds("riku@example.org") == ["role_ended", "role_given", "role_ended"]
        subjects = session().scalars(select(Message.subject).order_by(Message.id)).all()
        assert subjects[0] == "神戸2030：事務局としての役割が終了しました"


def test_whoever_ends_an_own_role_needs_no_mail(edition: Edition, admin: Person) -> None:
    with db.transaction(), scope.choose(edition.scope), i18n.speaking("en"):
        second = make_member(edition, Role.ADMIN, email="second@example.org")
        row = session().scalars(select(Membership).where(Membership.person_id == second.id)).one()
        here = session().scalars(select(Edition)).one()
        people.end_role(here, row, actor=second)
        assert mailed_kinds("second@example.org") == []


def test_the_only_admin_has_no_button(browser: Browser, edition: Edition, admin: Person) -> None:
    path = f"/editions/{edition.slug}/people"
    text = browser.sign_in(admin).get(path).text
    assert (text.count("The only admin: make somebody else an admin first."), text.count("End this role")) == (1, 0)
    with db.transaction():
        make_member(edition, Role.ADMIN)
    text = browser.get(path).text
    assert (text.count("The only admin: make somebody else an admin first."), text.count("End this role")) == (0, 2)
