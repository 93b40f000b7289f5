"""Sending, sending again, withdrawing, and the mails about it."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accelerator.core import clock, scope
from accelerator.core.errors import Refused
from accelerator.core.outbox import JobRow
from accelerator.intake.answers.reading import TEAM
from accelerator.intake.models import AFTER_SENDING, Application, ApplicationState, Revision
from accelerator.intake.operations import reminders, sending, withdrawing
from accelerator.intake.operations.sending import digest_of
from accelerator.intake.queries import drafts, forms
from accelerator.notifications.models import Message
from accelerator.programmes.models import GRACE, Edition
from tests.factories import make_edition, make_person
from tests.factories.intake import make_complete_draft, make_deck, make_draft, make_form, pdf


def send(application: Application, edition: Edition) -> Revision:
    """Send now, as the applicant."""
    form = forms.current_form(edition)
    assert form is not None
    plain = forms.plain_form(form)
    return sending.send(application, plain, edition=edition, at=clock.now(), actor=application.applicant)


def jobs(tx: Session) -> int:
    """How often later stages were told."""
    return tx.scalar(select(func.count(JobRow.id)).where(JobRow.name == AFTER_SENDING.name)) or 0


def test_sending_freezes_the_answers_and_fills_the_columns(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        form = make_form(edition)
        application = make_complete_draft(
            edition,
            form,
            country="JP",
            prefecture="JP-28",
            city="Kobe",
            channel="press",
            website="https://north.example.com",
            pilot_plan="hidden",
        )
        revision = send(application, edition)
        assert (revision.number, revision.digest) == (1, digest_of(revision.answers))
        assert "pilot_plan" not in revision.answers
        assert (application.state, application.submitted_at, application.revision_number) == (
            ApplicationState.SENT,
            revision.sent_at,
            1,
        )
        assert (
            application.country,
            application.prefecture,
            application.city,
            application.stage,
            application.channel,
        ) == ("JP", "JP-28", "Kobe", "launched", "press")
        assert application.sector is not None and application.sector.key == "health"
        startup = application.startup
        assert (startup.one_line, startup.country, startup.website, startup.founded) == (
            "A lung check by telephone.",
            "JP",
            "https://north.example.com",
            2018,
        )
        assert jobs(tx) == 1
        mail = tx.scalars(select(Message).where(Message.kind != "founder_invited")).one()
        assert (mail.kind, mail.address) == ("application_sent", application.applicant.email)
        assert revision.digest in mail.body and "A-0001" in mail.subject


def test_the_digest_is_that_of_canonical_json() -> None:
    assert digest_of({"b": "あ", "a": [1]}) == hashlib.sha256('{"a":[1],"b":"あ"}'.encode()).hexdigest()


def test_sending_twice_makes_one_revision_and_one_mail(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        application = make_complete_draft(edition, make_form(edition))
        assert send(application, edition).id == send(application, edition).id
        assert tx.scalar(select(func.count(Revision.id))) == 1
        assert (tx.scalar(select(func.count(Message.id)).where(Message.kind == "application_sent")), jobs(tx)) == (1, 1)


def test_a_change_makes_another_revision_and_keeps_the_first(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        application = make_complete_draft(edition, make_form(edition))
        first = send(application, edition)
        sent_at = application.submitted_at
        application.answers = {**application.answers, "name": "Southbreath"}
        second = send(application, edition)
        assert (first.answers["name"], second.answers["name"], second.number) == ("Northbreath", "Southbreath", 2)
        assert (application.state, application.submitted_at, application.name) == (
            ApplicationState.SENT,
            sent_at,
            "Southbreath",
        )
        assert [row.revision.number for row in drafts.sent_revisions(application)] == [2, 1]
        assert forms.readable(application, 1, TEAM)[0].answers[0].paragraphs == ("Northbreath",)
        assert forms.readable(application, 3, TEAM) == []


def test_an_incomplete_application_is_refused_with_the_number_of_open_points(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        application = make_complete_draft(edition, make_form(edition), why_team=None, founded="about 2018")
        with pytest.raises(Refused, match=r"^2 answers are missing or need correcting first\.$"):
            send(application, edition)
        assert (application.state, tx.scalar(select(func.count(Revision.id)))) == (ApplicationState.DRAFT, 0)


def test_the_instant_of_arrival_decides(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        form = make_form(edition)
        application = make_complete_draft(edition, form)
        edition.closes_at = clock.now() - timedelta(minutes=1)
        who = application.applicant
        with pytest.raises(Refused, match="has closed"):
            sending.send(application, form, edition=edition, at=edition.closes_at + GRACE, actor=who)
        just_before = edition.closes_at + GRACE - timedelta(microseconds=1)
        assert sending.send(application, form, edition=edition, at=just_before, actor=who).sent_at == just_before


@pytest.mark.parametrize(("edition_zone", "zone"), [("Asia/Tokyo", "UTC"), ("UTC", "Asia/Tokyo")])
def test_a_year_has_begun_where_it_has_begun_for_the_edition_or_the_applicant(
    tx: Session, edition_zone: str, zone: str
) -> None:
    with time_machine.travel(datetime(2026, 12, 31, 22, 0, tzinfo=UTC), tick=False):  # 7 in the morning in Tokyo
        edition = make_edition(zone=edition_zone)
        with scope.choose(edition.scope):
            application = make_complete_draft(edition, make_form(edition), founded=2027)
            application.applicant.zone = zone
            assert send(application, edition).answers["founded"] == 2027


def test_a_year_that_has_begun_for_neither_is_refused(tx: Session) -> None:
    with time_machine.travel(datetime(2026, 12, 31, 22, 0, tzinfo=UTC), tick=False):
        edition = make_edition(zone="Europe/Tallinn")
        with scope.choose(edition.scope):
            application = make_complete_draft(edition, make_form(edition), founded=2028)
            with pytest.raises(Refused, match="1 answer is missing"):
                send(application, edition)


def test_a_withdrawn_application_is_not_sent(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        application = make_complete_draft(edition, make_form(edition))
        withdrawing.withdraw(application, reason="We moved on.", edition=edition, actor=application.applicant)
        assert application.state is ApplicationState.WITHDRAWN
        with pytest.raises(Refused, match="can't be changed any more"):
            send(application, edition)
        kinds = tx.scalars(select(Message.kind)).all()
        assert kinds == ["application_withdrawn"]


def test_withdrawing_asks_why_and_not_after_a_decision(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        make_form(edition)
        application = make_draft(edition)
        with pytest.raises(Refused, match="Tell us in a few words why"):
            withdrawing.withdraw(application, reason=" \n ", edition=edition, actor=application.applicant)
        application.state, application.submitted_at = ApplicationState.OFFERED, clock.now()
        with pytest.raises(Refused, match="Offered"):
            withdrawing.withdraw(application, reason="Late", edition=edition, actor=application.applicant)


def test_a_new_deck_makes_another_revision_and_leaves_the_old_file(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        application = make_complete_draft(edition, make_form(edition))
        first = send(application, edition)
        make_deck(application, pdf(3))
        second = send(application, edition)
        decks = [one.answers["deck"] for one in (first, second)]
        assert ([deck["pages"] for deck in decks], second.number) == ([2, 3], 2)
        assert len({deck["sha256"] for deck in decks}) == 2
        removed = [attachment.removed_at is None for attachment in drafts.attachments(application)]
        assert removed == [True, False]


def test_drafts_are_reminded_once_per_date(tx: Session) -> None:
    now = clock.now()
    edition = make_edition(opens_at=now - timedelta(days=20), closes_at=now + timedelta(hours=40))
    with scope.choose(edition.scope):
        make_form(edition)
        old, new = make_draft(edition), make_draft(edition, applicant=make_person(language="ja"))
        old.created_at = now - timedelta(days=10)
        new.created_at = now
        tx.flush()
        assert [reminders.remind_drafts(edition) for _ in range(2)] == [1, 0]
        mail = tx.scalars(select(Message).where(Message.kind != "founder_invited")).one()
        assert (mail.kind, mail.person_id) == ("draft_waiting", old.applicant_id)
        edition.closes_at = now + timedelta(hours=5)
        assert reminders.remind_drafts(edition) == 1
        edition.closes_at = now
        assert reminders.remind_drafts(edition) == 0
