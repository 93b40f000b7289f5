"""The ground that the journey stands on: an edition prepared as staff would prepare it, and the people around it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accelerator.accounts.models import Role
from accelerator.accounts.passwords import hashed
from accelerator.core import clock, db, i18n, scope
from accelerator.core.pdf_check import Harmless
from accelerator.intake.answers.questions import PlainForm
from accelerator.intake.operations import files, sending
from accelerator.intake.operations.forms import create_form
from accelerator.intake.queries.forms import plain_form
from accelerator.mentoring.models import Mentor
from accelerator.notifications.models import Message
from accelerator.programmes.models import Edition
from accelerator.scoring.models import Commitment, CommitmentState, Round
from accelerator.scoring.operations import rounds
from accelerator.scoring.operations.reviewers import invite_reviewers, set_commitment
from accelerator.screening.operations import editing
from tests.factories import make_edition, make_member, make_sector
from tests.factories.demo_day import make_demo_day, make_investor
from tests.factories.intake import complete_answers, make_draft, make_host, pdf
from tests.factories.mentoring import make_mentor

SLUG = "harbour"
PASSWORD = "seven gulls over the quay"
KEPT = hashed(PASSWORD)
TEAM = ("haruka@example.org", "riku@example.org")
REVIEWERS = ("daniel@example.org", "keiko@example.org", "priya@example.org")
MENTOR, INVESTOR, FOUNDER, OTHER = ("maya@example.org", "ines@example.org", "kadri@example.org", "oona@example.org")
STARTUP, RIVAL = "Northbreath", "Kelpworks"
FIRM = {"incorporated": "yes", "incorporated_on": "2018-05-02", "legal_form": "OÜ"}


@dataclass(frozen=True)
class Ground:
    """What the browser needs to know of what was prepared: the answers to the call's form and a deck."""

    answers: dict[str, Any]
    deck: bytes


@contextmanager
def inside(slug: str = SLUG) -> Iterator[tuple[Session, Edition]]:
    """A transaction in an edition."""
    with i18n.speaking("en", "Asia/Tokyo"), db.transaction() as session:
        edition = session.scalars(select(Edition).where(Edition.slug == slug)).one()
        with scope.choose(edition.scope):
            yield session, edition


def prepare_edition() -> Ground:
    """An edition whose call closes in a day, with form, rules, round, people, hours, a Demo Day and a second startup."""
    with db.transaction():
        edition = make_edition(
            slug=SLUG,
            places=1,
            name={"en": "Harbour 2026", "ja": "みなと 2026"},
            closes_at=clock.now() + timedelta(days=1),
        )
    with inside() as (_session, edition):
        key = KEPT
        staff = [
            make_member(
                edition,
                Role.ADMIN,
                email=email,
                given_name=email.split("@")[0].title(),
                family_name="Sato",
                password_hash=key,
                zone="Asia/Tokyo",
            )
            for email in TEAM
        ]
        form = _prepare_call(edition)
        editing.create_rules(edition, actor=staff[0])
        _prepare_round(edition, key)
        make_mentor(
            edition,
            email=MENTOR,
            given_name="Maya",
            family_name="Okafor",
            password_hash=key,
            zone="America/Los_Angeles",
        )
        investor, person = make_investor(edition)
        investor.firm, person.email, person.password_hash = "Farol Ventures", INVESTOR, key
        person.given_name, person.family_name = "Ines", "Duarte"
        make_demo_day(edition, starts_at=clock.now() - timedelta(minutes=5), ends_at=clock.now() + timedelta(hours=2))
        _send_rival(edition, form)
        return Ground(complete_answers(form, name=STARTUP, **FIRM), pdf(pages=8))


def _prepare_call(edition: Edition) -> PlainForm:
    make_sector(edition, "health", name={"en": "Health", "ja": "健康"})
    make_host(edition, "City of Kobe")
    return plain_form(create_form(edition, actor=None))


def _prepare_round(edition: Edition, key: str) -> Round:
    now, staff = clock.now(), make_member(edition, Role.STAFF)
    prepared = rounds.create_round(
        edition,
        name={"en": "Round 1", "ja": "第1回審査"},
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=9),
        reads=len(REVIEWERS),
        actor=staff,
    )
    reviewers = [
        make_member(
            edition,
            Role.REVIEWER,
            email=email,
            given_name=email.split("@")[0].title(),
            family_name="Reader",
            password_hash=key,
        )
        for email in REVIEWERS
    ]
    invite_reviewers(prepared, edition=edition, person_ids={reviewer.id for reviewer in reviewers}, actor=staff)
    for invited in db.session().scalars(select(Commitment).where(Commitment.round_id == prepared.id)):
        set_commitment(invited, state=CommitmentState.YES, capacity=20, expertise=[], languages=[], actor=staff)
    return prepared


def _send_rival(edition: Edition, form: PlainForm) -> None:
    """Another startup's application, sent an hour ago."""
    question = form.question("deck")
    assert question is not None
    rival = make_draft(edition, name=RIVAL)
    rival.applicant.email = OTHER
    files.attach(
        rival,
        question,
        file=Harmless(9, pdf(pages=9)),
        name="kelp.pdf",
        edition=edition,
        at=clock.now(),
        actor=rival.applicant,
    )
    founders = [{"name": "Oona Kelp", "role": "CEO", "email": OTHER, "equity": 80, "full_time": True}]
    rival.answers = complete_answers(
        form, name=RIVAL, one_line="Kelp for soil.", founders=founders, **FIRM, deck=rival.answers["deck"]
    )
    sending.send(rival, form, edition=edition, at=clock.now(), actor=rival.applicant)


def close_call(slug: str = SLUG) -> None:
    """Let the call have closed an hour ago."""
    with inside(slug) as (_session, edition):
        edition.closes_at = clock.now() - timedelta(hours=1)


def start_programme(slug: str = SLUG) -> None:
    """Let the programme be in its third week."""
    with inside(slug) as (_session, edition):
        edition.starts_on = clock.now().date() - timedelta(days=16)


def mails_to(address: str, kind: str) -> list[Message]:
    """The mails of a kind that have left to an address, oldest first."""
    statement = select(Message).where(Message.address == address, Message.kind == kind, Message.sent_at.is_not(None))
    with db.reading() as session, scope.everywhere():
        return list(session.scalars(statement.order_by(Message.id)))


def mentor_slug() -> str:
    """How the mentor's page is called."""
    with inside() as (session, _edition):
        return session.scalars(select(Mentor.slug)).one()


def next_friday(day: datetime) -> datetime:
    """The Friday on or after a day."""
    return day + timedelta(days=(4 - day.weekday()) % 7)
