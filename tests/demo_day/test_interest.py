"""Investors and introductions."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accelerator.accounts.models import Role
from accelerator.accounts.rules import holds
from accelerator.core import db, scope
from accelerator.core.errors import Refused
from accelerator.demo_day import operations, queries
from accelerator.demo_day.models import InterestLevel, Investor, Vetting
from accelerator.notifications.models import Message
from tests.factories import Browser, make_edition, make_founder, make_member, make_person
from tests.factories.demo_day import make_demo_day, make_investor, make_pitch


def _mails(kind: str) -> list[str]:
    return list(db.session().scalars(select(Message.address).where(Message.kind == kind).order_by(Message.id)))


def test_wish_to_meet_is_mailed_once_and_agreement_introduces_both(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        pitch, _, founder = make_pitch(edition, make_demo_day(edition))
        _, person = make_investor(edition)
        operations.show_interest(pitch, level=InterestLevel.MEET, actor=person)
        interest = operations.show_interest(pitch, level=InterestLevel.MEET, actor=person)
        assert _mails("interest_shown") == [founder.email]
        assert interest is not None
        operations.answer_interest(interest, agree=True, actor=founder)
        assert _mails("introduction") == [person.email, founder.email]
        with pytest.raises(Refused, match="already agreed"):
            operations.answer_interest(interest, agree=True, actor=founder)
        with pytest.raises(Refused, match="can't be taken back"):
            operations.show_interest(pitch, level=None, actor=person)


def test_interest_can_be_withdrawn_and_shown_again(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        pitch, _, _ = make_pitch(edition, make_demo_day(edition))
        investor, person = make_investor(edition)
        operations.show_interest(pitch, level=InterestLevel.INTERESTED, actor=person)
        operations.show_interest(pitch, level=None, actor=person)
        assert queries.interests_of(investor) == []
        operations.show_interest(pitch, level=InterestLevel.INTERESTED, actor=person)
        assert [one.level for one in queries.interests_of(investor)] == [InterestLevel.INTERESTED]
        assert queries.interest_counts(edition) == {pitch.id: {"interested": 1, "meet": 0, "agreed": 0}}


def test_interest_without_a_wish_to_meet_can_not_be_answered(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        pitch, _, founder = make_pitch(edition, make_demo_day(edition))
        _, person = make_investor(edition)
        interest = operations.show_interest(pitch, level=InterestLevel.INTERESTED, actor=person)
        assert interest is not None
        with pytest.raises(Refused, match="not asked to meet"):
            operations.answer_interest(interest, agree=True, actor=founder)


def test_admission_gives_the_role_and_its_refusal_takes_it(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        staff, person = make_member(edition, Role.STAFF), make_person()
        investor = operations.ask_for_admission(edition, firm="Farol", focus="", actor=person)
        assert _mails("investor_asked") == [staff.email]
        operations.vet_investor(investor, edition, admitted=True, actor=staff)
        db.session().info.pop("roles", None)
        assert holds(person, edition.id, Role.INVESTOR)
        operations.vet_investor(investor, edition, admitted=False, actor=staff)
        db.session().flush()
        db.session().info.pop("roles", None)
        assert not holds(person, edition.id, Role.INVESTOR)
        assert _mails("investor_admitted") == [person.email]


def test_investors_who_are_not_admitted_mark_nothing(browser: Browser) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            pitch, _, _ = make_pitch(edition, make_demo_day(edition))
            waiting, admitted = make_investor(edition, Vetting.ASKED)[1], make_investor(edition)[1]
            path = f"/demo-day/{edition.slug}/pitches/{pitch.id}/interest"
    assert browser.sign_in(waiting).post(path, {"level": "meet"}).status_code == 404
    assert browser.sign_in(admitted).post(path, {"level": "meet"}).status_code == 302
    with db.reading(), scope.choose(edition.scope):
        assert queries.interest_counts(edition) == {pitch.id: {"interested": 0, "meet": 1, "agreed": 0}}


def test_only_the_startups_own_founders_answer(browser: Browser) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            event = make_demo_day(edition)
            pitch, _, founder = make_pitch(edition, event)
            _, _, rival = make_pitch(edition, event, 2)
            _, person = make_investor(edition)
            interest = operations.show_interest(pitch, level=InterestLevel.MEET, actor=person)
            assert interest is not None
            path = f"/editions/{edition.slug}/demo-day/interests/{interest.id}"
    assert browser.sign_in(rival).post(path, {"answer": "yes"}).status_code == 404
    assert person.name not in browser.get(f"/editions/{edition.slug}/demo-day/pitch").text
    page = browser.sign_in(founder).post(path, {"answer": "yes"}, follow_redirects=True)
    assert (page.status_code, "Introduced" in page.text) == (200, True)


def test_card_needs_both_languages_and_keeps_what_was_typed(browser: Browser) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            pitch, startup, founder = make_pitch(edition, make_demo_day(edition))
            make_founder(startup)
    path = f"/editions/{edition.slug}/demo-day/pitch"
    typed = {"line_en": "We count breaths.", "line_ja": "", "ask_en": "A ward", "ask_ja": "病棟"}
    page = browser.sign_in(founder).post(path, typed)
    assert (page.status_code, page.text.count("Say it in Japanese as well."), "We count breaths." in page.text) == (
        422,
        2,
        True,
    )
    assert browser.post(path, {**typed, "line_ja": "呼吸を数えます。"}).status_code == 302
    with db.reading() as session, scope.choose(edition.scope):
        assert session.get_one(type(pitch), pitch.id).line == {"en": "We count breaths.", "ja": "呼吸を数えます。"}


def test_investor_keeps_a_list_and_staff_see_the_sums(browser: Browser) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            pitch, startup, _ = make_pitch(edition, make_demo_day(edition))
            investor, person = make_investor(edition)
            operations.show_interest(pitch, level=InterestLevel.MEET, actor=person)
            staff = make_member(edition, Role.STAFF)
    assert startup.name in browser.sign_in(person).get(f"/editions/{edition.slug}/demo-day/list").text
    assert browser.get(f"/editions/{edition.slug}/demo-day/interests").status_code == 404
    page = browser.sign_in(staff).get(f"/editions/{edition.slug}/demo-day/interests")
    assert (page.status_code, investor.firm in page.text) == (200, True)


def test_asking_for_admission_needs_a_firm(browser: Browser) -> None:
    with db.transaction():
        edition, person = make_edition(), make_person()
    path = f"/editions/{edition.slug}/demo-day/admission"
    assert browser.get(path).status_code == 302
    page = browser.sign_in(person).post(path, {"firm": " ", "focus": "Seed"})
    assert (page.status_code, "Enter the firm you invest for." in page.text, "Seed" in page.text) == (
        422,
        True,
        True,
    )
    assert browser.post(path, {"firm": "Farol", "focus": "Seed"}).status_code == 302


def test_whoever_is_invited_as_an_investor_is_admitted_and_names_the_firm(browser: Browser) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            pitch, _, _ = make_pitch(edition, make_demo_day(edition))
            invited, staff = make_member(edition, Role.INVESTOR), make_member(edition, Role.STAFF)
    inside, public = f"/editions/{edition.slug}/demo-day", f"/demo-day/{edition.slug}"
    assert "hasn't named a firm yet" in browser.sign_in(staff).get(f"{inside}/interests").text
    browser.sign_in(invited)
    assert "Enter the firm you invest for" in browser.get(public).text
    assert browser.post(f"{public}/pitches/{pitch.id}/interest", {"level": "interested"}).status_code == 404
    assert browser.post(f"{inside}/admission", {"firm": "Farol"}).location == public
    assert browser.post(f"{public}/pitches/{pitch.id}/interest", {"level": "interested"}).status_code == 302
    with db.reading() as session, scope.choose(edition.scope):
        assert session.scalars(select(Investor.vetting)).all() == [Vetting.ADMITTED]


def test_a_stranger_still_asks_and_waits(browser: Browser) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            make_demo_day(edition)
        stranger = make_member(edition)
    browser.sign_in(stranger).post(f"/editions/{edition.slug}/demo-day/admission", {"firm": "Farol"})
    with db.reading() as session, scope.choose(edition.scope):
        assert session.scalars(select(Investor.vetting)).all() == [Vetting.ASKED]
