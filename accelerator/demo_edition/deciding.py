"""Decisions, their release and the answers of the seventeen, by the operations that staff and founders use."""

from datetime import timedelta

from sqlalchemy import insert, select

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.demo_edition.facts import RELEASED
from accelerator.demo_edition.intake import AppliedFirm
from accelerator.demo_edition.moments import at
from accelerator.programmes.models import Edition
from accelerator.scoring.models import RankingEntry, Round
from accelerator.selection.models import Basis, Choice, Decision, Offer
from accelerator.selection.operations.offers import accept_offer
from accelerator.selection.operations.releases import approve_release, prepare_release, release_decisions

WAITING = 6  # on the waitlist; not reported


def decide_all(edition: Edition, firms: list[AppliedFirm], first: Person, second: Person) -> None:
    """Offer to the seventeen, keep the next few waiting, decline the others; release; let the seventeen accept."""
    with at(edition, RELEASED - timedelta(days=6)):
        ranked = list(
            session().scalars(
                select(RankingEntry.application_id)
                .join(Round, Round.id == RankingEntry.round_id)
                .where(RankingEntry.edition_id == edition.id)
                .order_by(RankingEntry.rank, RankingEntry.application_id)
            )
        )
    chosen = {firm.application_id for firm in firms if firm.applicant.chosen}
    waiting = [number for number in ranked if number not in chosen][:WAITING]
    inside = set(ranked[: edition.places])
    session().execute(
        insert(Decision),
        [
            {
                "edition_id": edition.id,
                "application_id": number,
                "decided_by": first.id,
                "feedback": "",
                "choice": Choice.OFFER if number in chosen else Choice.WAIT if number in waiting else Choice.DECLINE,
                # Where the committee went against the order, it was after talking about the case.
                "basis": Basis.ADJUSTED if (number in chosen) == (number in inside) else Basis.DISCUSSION,
                "reason": "" if (number in chosen) == (number in inside) else "Settled in the meeting of 20 August.",
                "decided_at": RELEASED - timedelta(days=6),
            }
            for number in ranked
        ],
    )
    with at(edition, RELEASED - timedelta(hours=2)):
        release = prepare_release(edition, actor=first)
        approve_release(release, typed_count=len(ranked), actor=second)
    with at(edition, RELEASED):
        release_decisions(release, actor=first)
    _accept(edition, firms)


def _accept(edition: Edition, firms: list[AppliedFirm]) -> None:
    with at(edition, RELEASED):
        rows = session().scalars(select(Offer).where(Offer.edition_id == edition.id))
        offers = {offer.application_id: offer for offer in rows}
    for day, firm in enumerate(firm for firm in firms if firm.applicant.chosen):
        with at(edition, RELEASED + timedelta(hours=5 * day + 3)):
            accept_offer(offers[firm.application_id], actor=session().get_one(Person, firm.person_id))
