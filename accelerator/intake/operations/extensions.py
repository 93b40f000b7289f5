"""More time for applicants: a later close for everybody."""

from datetime import datetime

from sqlalchemy import select, update

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.core.outbox import enqueue
from accelerator.core.text import clean
from accelerator.intake.models import Application, Revision
from accelerator.intake.opening_models import CALL_EXTENDED
from accelerator.intake.queries import drafts
from accelerator.notifications.operations import Letter, letter_to
from accelerator.programmes.models import Edition
from accelerator.programmes.operations.plan import move_close


def extend_call(
    edition: Edition, *, closes_at: datetime, accepts_until: datetime | None, reason: str, actor: Person
) -> None:
    """Announce a later close of a call that has opened, with a reason that stays with the team.

    Everybody with a draft gets a mail, by a job. What had come after the old close and lies before the new one is late
    no more.
    """
    move_close(edition, closes_at=closes_at, accepts_until=accepts_until, reason=clean(reason).strip(), actor=actor)
    here = select(Application.id).where(Application.edition_id == edition.id)
    for statement in (
        update(Revision).where(Revision.application_id.in_(here), Revision.sent_at < closes_at),
        update(Application).where(Application.edition_id == edition.id, Application.submitted_at < closes_at),
    ):
        session().execute(statement.values(is_late=False).execution_options(synchronize_session=False))
    session().expire_all()
    enqueue(CALL_EXTENDED, actor=actor, edition_id=edition.id)


def extension_letters(edition: Edition) -> list[Letter]:
    """A letter about the present close to everybody who has a draft, one for all drafts of a person."""
    closes_at = edition.closes_at
    if closes_at is None or edition.extended_from is None:
        return []
    return [
        letter_to(
            person,
            "call_extended",
            edition=edition,
            closes_at=closes_at,
            key=f"call_extended:{edition.id}:{closes_at:%Y%m%dT%H%M}:{person.id}",
        )
        for person in {person.id: person for _draft, person in drafts.kept_drafts(edition)}.values()
    ]
