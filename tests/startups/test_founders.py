"""Founders: invited once, confirmed by any address, handed over to, removed; nobody else gets in."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Membership, Person, PersonAddress, Role
from accelerator.core import clock, db, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.core.web import App
from accelerator.notifications.models import Message
from accelerator.startups import queries
from accelerator.startups.models import Founder, Startup
from accelerator.startups.operations import founders, record
from tests.factories import (
    Browser,
    make_application,
    make_edition,
    make_founder,
    make_member,
    make_person,
    make_startup,
)
from tests.factories.accounts import mailed_kinds, mailed_links

AOI = "aoi@example.org"
ROWS = [
    {"name": "Riku", "role": "CEO", "email": "riku@example.org", "equity": 60, "full_time": True},
    {"name": "Aoi", "role": "CTO", "email": AOI, "equity": 40, "full_time": True},
]
ACCOUNT = {"given_name": "Aoi", "family_name": "Morita", "zone": "Asia/Tokyo"}


@pytest.fixture
def startup(app: App) -> Startup:
    """A startup that Riku leads."""
    with db.transaction():
        made = make_startup(name="Northbreath")
        make_founder(made, email="riku@example.org", given_name="Riku", family_name="Hayashi")
        return made


def lead_of(startup: Startup) -> Person:
    """Who leads."""
    with db.reading():
        person = queries.lead(startup.id).person
        assert person is not None
        return person


def send(startup: Startup, rows: list[dict[str, object]] = ROWS) -> None:
    """What sending an application does to the founders."""
    with db.transaction():
        here, riku = session().get_one(Startup, startup.id), queries.lead(startup.id).person
        record.record_founders(here, rows, actor=riku)
        founders.invite_named(here, actor=riku)


def row_of(startup: Startup, email: str = AOI) -> Founder:
    """The founder with this address."""
    with db.reading():
        return session().scalars(select(Founder).where(Founder.startup_id == startup.id, Founder.email == email)).one()


def let_in(startup: Startup, **values: object) -> Person:
    """A second founder who has confirmed."""
    with db.transaction():
        return make_founder(session().get_one(Startup, startup.id), **values)


def test_whoever_is_named_is_asked_once_and_has_no_access_before_confirming(browser: Browser, startup: Startup) -> None:
    with db.transaction():
        aoi = make_person(email=AOI, language="ja")
    send(startup)
    send(startup)
    with db.reading():
        assert mailed_kinds(AOI) == ["founder_invited"]
        assert mailed_kinds("riku@example.org") == []
        mail = session().scalars(select(Message)).one()
        assert "/not-me" in mail.body
        assert mail.language == "ja"
    browser.sign_in(aoi)
    assert browser.get(f"/startups/{startup.slug}/founders").status_code == 404
    assert "Northbreath" in browser.get("/startups").text
    assert browser.post(f"/startups/{startup.slug}/invitation/confirm").status_code == 302
    assert browser.get(f"/startups/{startup.slug}/founders").status_code == 200
    with db.reading():
        assert mailed_kinds(AOI) == ["founder_invited", "founder_welcome"]
        assert mailed_kinds("riku@example.org") == ["founder_confirmed"]


def test_mails_before_an_answer_hold_no_word_that_somebody_typed(browser: Browser, startup: Startup) -> None:
    """Else anybody could write to anybody in our name: the page of the invitation says who it was."""
    with db.transaction():
        here = session().get_one(Startup, startup.id)
        here.name = "Canary Win A Prize"
        lead = queries.lead(here.id).person
        lead.given_name = lead.native_name = "Canary"
        founder = founders.invite_founder(here, name="Canary Dear Winner", email="new@example.org", actor=lead)
        founders.withdraw_invitation(founder, actor=lead)
    with db.reading():
        mails = session().scalars(select(Message).where(Message.address == "new@example.org")).all()
        assert [mail.kind for mail in mails] == ["founder_invited", "founder_uninvited"]
        for mail in mails:
            assert mail.name == "new@example.org"
            assert "Canary" not in f"{mail.subject} {mail.body} {mail.html}"


def test_somebody_new_makes_an_account_from_the_mail_and_confirms(browser: Browser, startup: Startup) -> None:
    send(startup)
    with db.reading():
        link = re.findall(r"/links/[\w-]+", session().scalars(select(Message.body)).one())[0]
    page = browser.get(link).text
    assert "named you as a founder of Northbreath" in page
    answer = browser.post(link, ACCOUNT)
    assert answer.location == f"/startups/{startup.slug}/invitation"
    assert browser.get(answer.location).status_code == 200
    browser.post(answer.location + "/confirm")
    with db.reading():
        assert [person.email for person in queries.people(startup.id)] == ["riku@example.org", AOI]


def test_that_s_not_me_needs_no_account_and_is_for_good(browser: Browser, startup: Startup) -> None:
    send(startup)
    with db.reading():
        path = mailed_links(AOI)[0] + "/not-me"
    assert browser.get(path).status_code == 200
    assert row_of(startup).declined_at is None  # mail scanners look at links too
    assert "Thank you for telling us" in browser.post(path).text
    assert browser.post(path).status_code == 401
    send(startup)
    with db.transaction():
        assert mailed_kinds(AOI) == ["founder_invited"]
        assert mailed_kinds("riku@example.org") == ["founder_declined"]
        here = session().get_one(Startup, startup.id)
        with pytest.raises(Refused, match="aren't a founder"):
            founders.invite_founder(here, name="Aoi", email=AOI, actor=queries.lead(here.id).person)


def test_an_invitation_finds_its_owner_by_any_confirmed_address(browser: Browser, startup: Startup) -> None:
    with db.transaction():
        aoi, mallory = make_person(), make_person()
        for person, confirmed in ((aoi, clock.system_now()), (mallory, None)):
            db.add(PersonAddress(person_id=person.id, email=AOI, created_at=clock.system_now(), confirmed_at=confirmed))
    send(startup)
    path = f"/startups/{startup.slug}/invitation"
    assert browser.sign_in(mallory).get(path).status_code == 404
    assert browser.post(path + "/confirm").status_code == 404
    browser.sign_in(aoi).post(path + "/confirm")
    with db.reading():
        assert [person.id for person in queries.people(startup.id)][1:] == [aoi.id]


def test_two_addresses_of_one_person_are_one_founder(app: App, startup: Startup) -> None:
    with db.transaction():
        riku = session().get_one(Person, lead_of_id(startup))
        db.add(
            PersonAddress(person_id=riku.id, email=AOI, created_at=clock.system_now(), confirmed_at=clock.system_now())
        )
    send(startup)
    with db.reading():
        assert len(queries.founders(session().get_one(Startup, startup.id))) == 1
        assert mailed_kinds(AOI) == []


def lead_of_id(startup: Startup) -> int:
    """The id of who leads."""
    return session().scalars(select(Founder.person_id).where(Founder.startup_id == startup.id, Founder.is_lead)).one()


def test_sending_again_removes_nobody_who_confirmed_and_brings_back_nobody_who_was_removed(
    app: App, startup: Startup
) -> None:
    aoi = let_in(startup, email=AOI)
    send(startup, ROWS[:1])
    with db.reading():
        assert aoi.id in queries.founder_ids(startup.id)
    with db.transaction():
        founder = session().get_one(Founder, row_of_id(startup, AOI))
        founders.remove(founder, actor=queries.lead(startup.id).person)
    send(startup)
    with db.reading():
        assert aoi.id not in queries.founder_ids(startup.id)
        assert mailed_kinds(AOI) == ["founder_removed"]


def row_of_id(startup: Startup, email: str) -> int:
    """The id of the founder with this address."""
    return session().scalars(select(Founder.id).where(Founder.startup_id == startup.id, Founder.email == email)).one()


def test_the_role_follows_the_access_and_other_startups_keep_it(app: App, startup: Startup) -> None:
    with db.transaction():
        first, second = make_edition(), make_edition()
        here, other = session().get_one(Startup, startup.id), make_startup()
        aoi = make_person(email=AOI)
        for edition, applies in ((first, here), (second, here), (second, other)):
            with scope.choose(edition.scope):
                make_application(edition, startup=applies, applicant=queries.lead(here.id).person)
        make_founder(other, aoi)
    send(startup)
    with db.transaction():
        founders.confirm(session().get_one(Founder, row_of_id(startup, AOI)), actor=aoi)
    assert held(aoi) == {first.id, second.id}
    with db.transaction():
        founders.remove(session().get_one(Founder, row_of_id(startup, AOI)), actor=aoi)
    assert held(aoi) == {second.id}
    with db.transaction():
        here = session().get_one(Startup, startup.id)
        again = founders.invite_founder(here, name="Aoi", email=AOI, actor=queries.lead(here.id).person)
        founders.confirm(again, actor=aoi)
    assert held(aoi) == {first.id, second.id}


def held(person: Person) -> set[int]:
    """The editions in which the person is a founder now."""
    with db.reading():
        live = select(Membership.edition_id).where(
            Membership.person_id == person.id, Membership.role == Role.FOUNDER, Membership.ended_at.is_(None)
        )
        return set(session().scalars(live))


def test_what_a_startups_own_page_changes_in_an_edition_has_the_editions_time(app: App, startup: Startup) -> None:
    ahead = timedelta(days=-2000)
    with db.transaction():
        edition, aoi = make_edition(ahead_seconds=int(ahead.total_seconds())), make_person(email=AOI)
        with scope.choose(edition.scope):
            make_application(
                edition, startup=session().get_one(Startup, startup.id), applicant=queries.lead(startup.id).person
            )
    send(startup)
    with db.transaction():
        founders.confirm(session().get_one(Founder, row_of_id(startup, AOI)), actor=aoi)
        founders.remove(session().get_one(Founder, row_of_id(startup, AOI)), actor=aoi)
    with db.reading():
        entries = session().scalars(select(AuditEntry.at).where(AuditEntry.scope_key == edition.id)).all()
    assert len(entries) >= 2
    assert {abs(clock.now() + ahead - at) < timedelta(hours=1) for at in entries} == {True}


def test_a_role_that_the_team_ended_does_not_come_back_with_the_access(app: App, startup: Startup) -> None:
    with db.transaction():
        edition, aoi = make_edition(), make_person(email=AOI)
        with scope.choose(edition.scope):
            make_application(edition, startup=session().get_one(Startup, startup.id), applicant=aoi)
        session().flush()
        session().scalars(select(Membership).where(Membership.person_id == aoi.id)).one().ended_at = clock.system_now()
    send(startup)
    with db.transaction():
        founders.confirm(session().get_one(Founder, row_of_id(startup, AOI)), actor=aoi)
    assert held(aoi) == set()


def test_the_lead_invites_withdraws_and_invites_again(browser: Browser, startup: Startup) -> None:
    browser.sign_in(lead_of(startup))
    page = f"/startups/{startup.slug}/founders"
    assert browser.post(page, {"name": "Aoi", "email": "Aoi@Example.org "}).location == page
    founder = row_of(startup)
    assert browser.post(page, {"name": "Aoi", "email": AOI}).status_code == 422
    assert "less than a minute ago" in browser.post(f"{page}/{founder.id}/invite", follow_redirects=True).text
    with db.transaction():
        session().get_one(Founder, founder.id).invited_at -= timedelta(hours=1)
    browser.post(f"{page}/{founder.id}/invite")
    browser.post(f"{page}/{founder.id}/withdraw")
    with db.reading():
        assert mailed_kinds(AOI) == ["founder_invited", "founder_invited", "founder_uninvited"]
        first, _decline, second, _again = mailed_links(AOI)
    assert [browser.get(path).status_code for path in (first, second)] == [410, 410]
    assert "Invitation withdrawn" in browser.get(page).text


@pytest.mark.parametrize("do", ["invite", "withdraw", "lead", "remove", "leave"])
def test_nobody_but_the_lead_manages_founders(browser: Browser, startup: Startup, do: str) -> None:
    send(startup)
    other = let_in(startup)
    asked, riku = row_of(startup), row_of(startup, "riku@example.org")
    with db.transaction():
        outsider = make_founder(make_startup())
    page = f"/startups/{startup.slug}/founders"
    assert browser.post(f"{page}/{asked.id}/{do}").status_code == 401
    for person in (other, outsider):
        browser.sign_in(person)
        for founder in (asked, riku):
            assert browser.post(f"{page}/{founder.id}/{do}").status_code == 404
    assert browser.sign_in(other).post(page, {"name": "X", "email": "x@example.org"}).status_code == 404
    assert row_of(startup).is_invited and row_of(startup, "riku@example.org").is_lead


def test_a_team_sees_no_founders_page_and_a_founder_of_another_startup_not_this_one(
    browser: Browser, startup: Startup
) -> None:
    with db.transaction():
        edition = make_edition()
        staff, outsider = make_member(edition, Role.ADMIN), make_founder(make_startup())
        other = queries.startups_of(outsider)[0]
    for person in (staff, outsider):
        assert browser.sign_in(person).get(f"/startups/{startup.slug}/founders").status_code == 404
    founder = row_of(startup, "riku@example.org")
    assert browser.get(f"/startups/{other.slug}/founders/{founder.id}/remove").status_code == 404


def test_the_lead_hands_over_to_a_confirmed_founder_only_and_can_leave_then(browser: Browser, startup: Startup) -> None:
    send(startup)
    other, riku = let_in(startup, email="mio@example.org"), row_of(startup, "riku@example.org")
    page = f"/startups/{startup.slug}/founders"
    browser.sign_in(lead_of(startup))
    assert browser.post(f"{page}/{riku.id}/leave").status_code == 422
    assert browser.post(f"{page}/{row_of(startup).id}/lead").status_code == 422
    assert browser.get(f"{page}/{row_of(startup, 'mio@example.org').id}/lead").status_code == 200
    assert browser.post(f"{page}/{row_of(startup, 'mio@example.org').id}/lead").location == page
    assert lead_of(startup).id == other.id
    assert browser.post(f"{page}/{riku.id}/leave").location == "/startups"
    assert browser.get(page).status_code == 404
    with db.reading():
        assert mailed_kinds("mio@example.org") == ["founder_lead", "founder_left"]
        acts = set(session().scalars(select(AuditEntry.action)))
        assert {"startup.lead_handed_over", "startup.founder_left"} <= acts


def test_a_removed_founder_loses_the_application(browser: Browser, startup: Startup) -> None:
    other = let_in(startup, email=AOI)
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            made = make_application(edition, startup=session().get_one(Startup, startup.id), applicant=other)
            path = f"/startups/{startup.slug}/founders/{row_of_id(startup, AOI)}/remove"
            assert queries.is_founder(other, made.startup_id)
    browser.sign_in(lead_of(startup)).post(path)
    assert held(other) == set()
    with db.reading():
        assert not queries.is_founder(other, startup.id)


def test_the_founders_page_takes_few_statements(browser: Browser, startup: Startup, count_queries: list[str]) -> None:
    browser.sign_in(lead_of(startup))
    counted = []
    for _ in range(2):
        count_queries.clear()
        browser.get(f"/startups/{startup.slug}/founders")
        counted.append(len(count_queries))
        let_in(startup)
        let_in(startup)
    assert counted[0] == counted[1] <= 15
