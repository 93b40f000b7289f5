"""The home of whoever applied and is in no cohort (yet): where the application stands, what is due."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.db import session
from accelerator.core.i18n import gettext as _
from accelerator.dashboard.lines import DateLine, Todo, coming
from accelerator.dashboard.queries.dates import demo_day_line, event_dates, plan_dates
from accelerator.intake.models import EDITABLE, Application, ApplicationState, Enquiry
from accelerator.intake.queries import has_unsent_changes
from accelerator.programmes.models import Edition
from accelerator.selection.models import Offer, OfferState
from accelerator.startups.queries import founded_by

DECIDED = (
    ApplicationState.OFFERED, ApplicationState.WAITING, ApplicationState.DECLINED, ApplicationState.JOINED,
    ApplicationState.TURNED_DOWN,
)  # fmt: skip


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


def applicant_home(edition: Edition, person: Person) -> ApplicantHome:
    """Where the applicant stands. What is decided and not released is not asked for."""
    mine = _mine(edition, person)
    events = event_dates(edition)
    dates = [*plan_dates(edition), *demo_day_line(edition, events), *events]
    return ApplicantHome(
        mine, [todo for one in mine for todo in _todos(edition, one)], coming(dates, clock.now(), edition.zone, 5),
        edition.call_is_open and not mine,
    )  # fmt: skip


def _mine(edition: Edition, person: Person) -> list[Mine]:
    rows = session().execute(
        select(Application.reference, Application.name, Application.state, Application.saved_at,
               Application.submitted_at, Offer.expires_at, Enquiry.due_at, Application)
        # An offer's row is made by the release; an application that is not offered shows none of it.
        .outerjoin(Offer, (Offer.application_id == Application.id) & (Offer.state == OfferState.OPEN)
                   & (Application.state == ApplicationState.OFFERED))
        .outerjoin(Enquiry, (Enquiry.application_id == Application.id) & Enquiry.closed_at.is_(None)
                   & Application.state.in_(EDITABLE) & (Application.revision_number > 0))
        .where(Application.edition_id == edition.id, Application.startup_id.in_(founded_by(person.id)))
        .order_by(Application.id.desc())
        .limit(10)
    )  # fmt: skip
    return [Mine(*row[:-1], edition.call_is_open and has_unsent_changes(row[-1])) for row in rows]


def _todos(edition: Edition, one: Mine) -> list[Todo]:
    here = {"edition_slug": edition.slug, "reference": one.reference}
    if one.offer_until is not None:
        return [Todo(_("Answer the offer of a place"), "selection.offer", here, one.name, one.offer_until, "warn",
                     _("Answer"))]  # fmt: skip
    if one.state is ApplicationState.DRAFT and edition.call_is_open:
        return [Todo(_("Finish and send your application"), "intake.tasks", here, one.name, edition.closes_at,
                     verb=_("Go on"))]  # fmt: skip
    todos = []
    if one.asked_until is not None:
        tone = "bad" if one.asked_until < clock.now() else "warn"
        todos.append(Todo(_("Answer the programme team's question"), "intake.tasks", here, one.name, one.asked_until,
                          tone, _("Answer")))  # fmt: skip
    if one.is_changed:
        todos.append(Todo(_("Send your changed answers again"), "intake.check", here, one.name, edition.closes_at,
                          "warn", _("Check and send")))  # fmt: skip
    return todos
