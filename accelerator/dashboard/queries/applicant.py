"""The home of whoever applied and is in no cohort (yet): where the application stands, what is due."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.db import session
from accelerator.core.i18n import gettext as _
from accelerator.dashboard.lines import DateLine, Todo, coming
from accelerator.dashboard.queries.dates import demo_day_line, event_dates, plan_dates
from accelerator.intake.models import EDITABLE, Application, ApplicationState, Enquiry
from accelerator.intake.opening_models import Extension
from accelerator.intake.queries import openings
from accelerator.intake.queries.drafts import has_unsent_changes
from accelerator.programmes.models import Edition
from accelerator.programmes.steps import Step, decisions_of
from accelerator.selection.models import Offer, OfferState
from accelerator.startups.queries import founded_by

DECIDED = (
    ApplicationState.OFFERED,
    ApplicationState.WAITING,
    ApplicationState.DECLINED,
    ApplicationState.JOINED,
    ApplicationState.TURNED_DOWN,
)


@dataclass(frozen=True)
class Mine:
    """An application of the reader, with no more than its applicant may know."""

    reference: str
    name: str
    state: ApplicationState
    saved_at: datetime
    submitted_at: datetime | None
    offer_until: datetime | None
    asked_until: datetime | None
    closes_at: datetime | None
    is_open: bool
    is_changed: bool

    @property
    def has_letter(self) -> bool:
        """Whether its decision has been released."""
        return self.state in DECIDED


@dataclass(frozen=True)
class ApplicantHome:
    """Everything an applicant's home shows."""

    applications: list[Mine]
    todos: list[Todo]
    dates: list[DateLine]
    can_apply: bool
    decisions: Step


def applicant_home(edition: Edition, person: Person) -> ApplicantHome:
    """Where the applicant stands. What is decided and not released is not asked for."""
    mine = _mine(edition, person)
    events, decisions = event_dates(edition), decisions_of(edition)
    dates = [*plan_dates(edition, decisions), *demo_day_line(edition, events), *events]
    return ApplicantHome(
        mine,
        [todo for each in mine for todo in _todos(edition, each)],
        coming(dates, clock.now(), edition.zone, 5),
        edition.call_is_open and not mine,
        decisions,
    )


def _mine(edition: Edition, person: Person) -> list[Mine]:
    rows = session().execute(
        select(
            Application.reference,
            Application.name,
            Application.state,
            Application.saved_at,
            Application.submitted_at,
            Offer.expires_at,
            Enquiry.due_at,
            Application,
            Extension,
        )
        # An offer's row is made by the release; an application that is not offered shows none of it.
        .outerjoin(
            Offer,
            (Offer.application_id == Application.id)
            & (Offer.state == OfferState.OPEN)
            & (Application.state == ApplicationState.OFFERED),
        )
        .outerjoin(
            Enquiry,
            (Enquiry.application_id == Application.id)
            & Enquiry.closed_at.is_(None)
            & Application.state.in_(EDITABLE)
            & (Application.revision_number > 0),
        )
        .outerjoin(Extension, (Extension.application_id == Application.id) & Extension.revoked_at.is_(None))
        .where(Application.edition_id == edition.id, Application.startup_id.in_(founded_by(person.id)))
        .order_by(Application.id.desc())
        .limit(10)
    )
    return [_of(edition, row) for row in rows]


def _of(edition: Edition, row: Any) -> Mine:
    application, extension = row[-2:]
    at = clock.arrival()
    is_own = openings.counts(extension, edition) and openings.lasts(extension, edition, at)
    is_open = edition.takes(at) or is_own
    closes_at = extension.until if is_own else edition.public_close(at)
    standing = (closes_at, is_open, is_open and has_unsent_changes(application))
    return Mine(*(*row[:-2], *standing))


def _todos(edition: Edition, mine: Mine) -> list[Todo]:
    here = {"edition_slug": edition.slug, "reference": mine.reference}
    if mine.offer_until is not None:
        title = _("Answer the offer of a place")
        return [Todo(title, "selection.offer", here, mine.name, mine.offer_until, "warn", _("Answer"))]
    if mine.state is ApplicationState.DRAFT and mine.is_open:
        title = _("Finish and send your application")
        return [Todo(title, "intake.tasks", here, mine.name, mine.closes_at, verb=_("Continue"))]
    todos = []
    if mine.asked_until is not None:
        title, tone = _("Answer the programme team's question"), "bad" if mine.asked_until < clock.now() else "warn"
        todos.append(Todo(title, "intake.tasks", here, mine.name, mine.asked_until, tone, _("Answer")))
    if mine.is_changed:
        title, verb = _("Send your changed answers again"), _("Check and send")
        todos.append(Todo(title, "intake.check", here, mine.name, mine.closes_at, "warn", verb))
    return todos
