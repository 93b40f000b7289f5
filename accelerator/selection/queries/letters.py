"""What an applicant may read. Nothing here touches the decision of an application that no release has taken."""

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from accelerator.core.db import session
from accelerator.intake.models import Application, ApplicationState
from accelerator.programmes.models import Edition
from accelerator.selection.models import Decision, Release, ReleaseState, WaitlistEntry

AFTER_RELEASE = (
    ApplicationState.OFFERED,
    ApplicationState.WAITING,
    ApplicationState.DECLINED,
    ApplicationState.JOINED,
    ApplicationState.TURNED_DOWN,
)
BAND = 5


def letter_application(edition: Edition, reference: str) -> Application | None:
    """An application whose letter went out: only a release moves one into these states."""
    statement = select(Application).options(joinedload(Application.startup))
    return session().scalar(
        statement.where(
            Application.edition_id == edition.id,
            Application.reference == reference,
            Application.state.in_(AFTER_RELEASE),
        )
    )


def letter_candidate(edition: Edition, reference: str) -> Application | None:
    """An application that the next release may write to: eligible, or found not to be."""
    states = (ApplicationState.ELIGIBLE, ApplicationState.INELIGIBLE)
    return session().scalar(
        select(Application).where(
            Application.edition_id == edition.id, Application.reference == reference, Application.state.in_(states)
        )
    )


def released_decision(application: Application) -> Decision | None:
    """The decision behind a letter that went out, its release loaded; None for whatever is pending."""
    statement = select(Decision).join(Decision.release).options(joinedload(Decision.release))
    return session().scalar(
        statement.where(
            Decision.edition_id == application.edition_id,
            Decision.application_id == application.id,
            Release.state == ReleaseState.RELEASED,
        )
    )


def waitlist_band(application: Application) -> tuple[int, int] | None:
    """The band of five in which the application waits, as ``(first, last)`` among those who still wait."""
    own = session().scalar(
        select(WaitlistEntry.position).where(
            WaitlistEntry.edition_id == application.edition_id, WaitlistEntry.application_id == application.id
        )
    )
    if own is None:
        return None
    ahead = session().scalar(
        select(func.count(WaitlistEntry.id))
        .join(Application, Application.id == WaitlistEntry.application_id)
        .where(
            WaitlistEntry.edition_id == application.edition_id,
            Application.state == ApplicationState.WAITING,
            WaitlistEntry.position < own,
        )
    )
    first = (ahead or 0) // BAND * BAND + 1
    return first, first + BAND - 1
