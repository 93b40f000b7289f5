"""Counts of the call and the selection. Answers are never loaded, and no score of anybody."""

from sqlalchemy import func, select

from accelerator.core.db import session
from accelerator.demo_day.models import Pitch
from accelerator.intake.models import COUNTED, Application, ApplicationState, Conflict
from accelerator.programmes.models import Edition, Sector
from accelerator.reporting.figures.counts import ApplicationGroup, Member, Selection
from accelerator.scoring.models import Assignment, AssignmentState, Fit, Review, Round
from accelerator.screening.models import Outcome, Verdict
from accelerator.selection.models import CohortEntry, Decision, Release
from accelerator.startups.models import Founder, Startup

A = ApplicationState
PAST_SCREENING = frozenset({A.ELIGIBLE, A.OFFERED, A.WAITING, A.DECLINED, A.JOINED, A.TURNED_DOWN})
OFFERED = frozenset({A.OFFERED, A.JOINED, A.TURNED_DOWN})


def application_groups(edition: Edition) -> list[ApplicationGroup]:
    """Applications that count, summed over what the figures tell apart: one statement."""
    columns = (Application.state, Verdict.outcome, Application.country, Application.prefecture, Sector.key)
    rows = session().execute(
        select(*columns, func.count(Application.id))
        .outerjoin(Verdict, Verdict.application_id == Application.id)
        .outerjoin(Sector, Sector.id == Application.sector_id)
        .where(Application.edition_id == edition.id, Application.state.in_(COUNTED))
        .group_by(*columns)
    )
    return [
        ApplicationGroup(number, country, prefecture, sector, _is_eligible(state, outcome), state in OFFERED)
        for state, outcome, country, prefecture, sector, number in rows
    ]


def _is_eligible(state: ApplicationState, outcome: Outcome | None) -> bool:
    # Where screening was skipped there is no verdict, and whatever came after it shows that it was passed.
    if outcome is None:
        return state in PAST_SCREENING
    return outcome is Outcome.PASS


def _finished_reads(edition: Edition) -> list[int]:
    """Finished reviews of each application that has any."""
    counted = (
        select(func.count(Review.id))
        .join(Assignment, Assignment.id == Review.assignment_id)
        .join(Application, Application.id == Assignment.application_id)
        .where(
            Assignment.edition_id == edition.id,
            Assignment.state == AssignmentState.DONE,
            Review.submitted_at.is_not(None),
            Application.state.in_(COUNTED),
        )
        .group_by(Assignment.application_id)
    )
    return list(session().scalars(counted))


def selection_counts(edition: Edition) -> Selection:
    """How the applications were judged, in sums: five statements."""
    done = select(func.count(func.distinct(Assignment.reviewer_id))).where(
        Assignment.edition_id == edition.id, Assignment.state == AssignmentState.DONE
    )
    conflicts = select(func.count(Conflict.id)).where(Conflict.edition_id == edition.id)
    newest = (
        select(Fit.reliability, Fit.swaps)
        .join(Round, Round.id == Fit.round_id)
        .where(Fit.edition_id == edition.id)
        .order_by(Round.number.desc())
        .limit(1)
    )
    fit = session().execute(newest).first()
    return Selection(
        reads=_finished_reads(edition),
        reviewers=session().scalar(done) or 0,
        conflicts=session().scalar(conflicts) or 0,
        reliability=fit.reliability.get("icc") if fit else None,
        reliability_calibrated=fit.reliability.get("icc_calibrated") if fit else None,
        seats_changed=len(fit.swaps.get("entering", ())) if fit else None,
        answer_days=_answer_days(edition),
    )


def _answer_days(edition: Edition) -> list[float]:
    """Days from sending to the letter, for each application whose decision was released."""
    rows = session().execute(
        select(Application.submitted_at, Release.released_at)
        .join(Decision, Decision.application_id == Application.id)
        .join(Release, Release.id == Decision.release_id)
        .where(Application.edition_id == edition.id, Application.state.in_(COUNTED), Release.released_at.is_not(None))
    )
    return [(released - sent).total_seconds() / 86400 for sent, released in rows if sent and released]


def members(edition: Edition) -> list[Member]:
    """The startups of the cohort with what their cards show: three statements."""
    rows = (
        session()
        .execute(
            select(
                Startup.id,
                Startup.name,
                Startup.native_name,
                Startup.one_line,
                Startup.one_line_ja,
                Startup.founded,
                Application.country,
                Application.prefecture,
                Application.city,
                Sector.key,
            )
            .join(CohortEntry, CohortEntry.startup_id == Startup.id)
            .join(Application, Application.id == CohortEntry.application_id)
            .outerjoin(Sector, Sector.id == Application.sector_id)
            .where(CohortEntry.edition_id == edition.id)
            .order_by(Startup.name, Startup.id)
        )
        .all()
    )
    founders, asks = _founders(edition), _pitches(edition)
    cohort = []
    for row in rows:
        line, ask = asks.get(row.id, ({}, {}))
        own = {"en": row.one_line, "ja": row.one_line_ja or ""}
        cohort.append(
            Member(
                row.id,
                row.name,
                row.native_name,
                {key: own[key] or line.get(key, "") for key in own},
                row.country,
                row.prefecture,
                row.city,
                row.key,
                row.founded,
                founders.get(row.id, ""),
                ask,
            )
        )
    return cohort


def _founders(edition: Edition) -> dict[int, str]:
    """The first founder of each startup of the cohort."""
    rows = session().execute(
        select(Founder.startup_id, Founder.name)
        .join(CohortEntry, CohortEntry.startup_id == Founder.startup_id)
        .where(CohortEntry.edition_id == edition.id, Founder.left_at.is_(None), Founder.declined_at.is_(None))
        .order_by(Founder.position.desc(), Founder.id.desc())
    )
    return {row.startup_id: row.name for row in rows}


def _pitches(edition: Edition) -> dict[int, tuple[dict[str, str], dict[str, str]]]:
    """Line and ask of each startup's pitch."""
    rows = session().execute(select(Pitch.startup_id, Pitch.line, Pitch.ask).where(Pitch.edition_id == edition.id))
    return {startup_id: (line, ask) for startup_id, line, ask in rows}
