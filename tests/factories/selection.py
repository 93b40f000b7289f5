"""Rows of selection. Choose the edition around these."""

from datetime import timedelta
from typing import Any

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.db import add, session
from accelerator.intake.models import Application, ApplicationState
from accelerator.programmes.models import Edition
from accelerator.scoring.models import RankingEntry, Round
from accelerator.scoring.operations.fitting import number_places
from accelerator.selection.models import Basis, Choice, Decision, Offer, WaitlistEntry
from tests.factories.startups import make_application


def make_board_round(edition: Edition, number: int = 1, **values: Any) -> Round:
    """A closed round with three wanted reads."""
    now = clock.now()
    defaults = {
        "name": {"en": f"Round {number}", "ja": f"第{number}回"},
        "opens_at": now - timedelta(days=9),
        "closes_at": now - timedelta(days=1),
        "state": "closed",
    }
    return add(Round(edition_id=edition.id, number=number, **{**defaults, **values}))


def make_board_entry(round_: Round, application: Application, adjusted: float = 4.0, **values: Any) -> RankingEntry:
    """Three reads that agree, with an interval of a fifth of a point to either side."""
    defaults = {
        "wanted": 3,
        "reads": 3,
        "raw_mean": adjusted,
        "adjusted": adjusted,
        "low": adjusted - 0.2,
        "high": adjusted + 0.2,
        "chance": 0.5,
        "spread": 0.5,
        "rank": 1,
        "raw_rank": 1,
    }
    entry = add(
        RankingEntry(
            edition_id=round_.edition_id, round_id=round_.id, application_id=application.id, **{**defaults, **values}
        )
    )
    number_places(round_)
    session().refresh(entry)
    return entry


def make_candidate(edition: Edition, **values: Any) -> Application:
    """An eligible application."""
    return make_application(edition, ApplicationState.ELIGIBLE, **values)


def make_decision(application: Application, decider: Person, choice: Choice = Choice.OFFER, **values: Any) -> Decision:
    """A pending decision."""
    defaults = {"basis": Basis.ADJUSTED, "reason": "Strong team.", "feedback": "", "decided_at": clock.now()}
    return add(
        Decision(
            edition_id=application.edition_id,
            application_id=application.id,
            choice=choice,
            decided_by=decider.id,
            **{**defaults, **values},
        )
    )


def make_offered(edition: Edition, *, days: float = 7, **values: Any) -> Offer:
    """An application that was offered a place ``days`` before it lapses."""
    application = make_application(edition, ApplicationState.OFFERED, **values)
    now = clock.now()
    return add(
        Offer(
            edition_id=edition.id,
            application_id=application.id,
            made_at=now - timedelta(days=2),
            expires_at=now + timedelta(days=days),
        )
    )


def make_waiting(edition: Edition, position: int, **values: Any) -> WaitlistEntry:
    """An application on the waitlist."""
    application = make_application(edition, ApplicationState.WAITING, **values)
    return add(WaitlistEntry(edition_id=edition.id, application_id=application.id, position=position))
