"""What an edition still needs before the call, the scoring and the programme can begin."""

from datetime import date, datetime

from sqlalchemy import Integer, bindparam, exists, select

from accelerator.accounts.models import Membership, Role
from accelerator.core.i18n import gettext as _
from accelerator.core.prepared import Prepared, Selected
from accelerator.dashboard.lines import Todo
from accelerator.intake.models import Form
from accelerator.programmes.models import Edition, Sector
from accelerator.progress.models import MilestoneTemplate
from accelerator.scoring.models import Round
from accelerator.screening.models import EligibilityRule


def preparations(edition: Edition, today: date) -> list[Todo]:
    """The steps that nobody has taken yet, in the order in which they are needed. One statement."""
    if today > edition.demo_day_on:
        return []
    there = _PREPARED.row(edition=edition.id) or ()
    return (
        [todo for is_there, todo in zip(there, _steps(edition), strict=True) if not is_there] if not all(there) else []
    )


def _prepared() -> Selected:
    """Whether there is what each of the steps makes, in their order."""
    here = bindparam("edition", type_=Integer)
    reviewers = exists().where(
        Membership.edition_id == here, Membership.role == Role.REVIEWER, Membership.ended_at.is_(None)
    )
    first = [exists().where(kind.edition_id == here) for kind in (Sector, Form, EligibilityRule, Round)]
    return select(*first, reviewers, exists().where(MilestoneTemplate.edition_id == here))


_PREPARED = Prepared(_prepared)


def _steps(edition: Edition) -> list[Todo]:
    closes = edition.closes_at or edition.starts_on  # a rolling call is screened and scored while it is open

    def step(title: str, endpoint: str, detail: str, due: datetime | date) -> Todo:
        return Todo(title, endpoint, {"edition_slug": edition.slug}, detail, due, verb=_("Prepare"))

    return [
        step(
            _("There are no sectors yet"),
            "programmes.settings",
            _("Applicants choose one, and reviewers are matched by sector."),
            edition.opens_at,
        ),
        step(
            _("The call has no form yet"), "intake.form", _("Applicants can begin once there is one."), edition.opens_at
        ),
        step(
            _("There are no eligibility rules yet"),
            "screening.queue",
            _("They check every application and say why it passes or fails."),
            closes,
        ),
        step(
            _("No round of scoring is prepared"),
            "scoring.rounds",
            _("Its dates, rubric and rights."),
            closes,
        ),
        step(_("No reviewers yet"), "programmes.people", _("Invite those who will score."), closes),
        step(
            _("No milestone templates yet"),
            "progress.templates",
            _("Startups get their own copies when they join."),
            edition.starts_on,
        ),
    ]
