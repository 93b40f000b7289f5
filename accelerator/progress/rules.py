"""Who may see and change milestones and numbers."""

from accelerator.accounts.models import Person, Role
from accelerator.accounts.rules import holds, on_team
from accelerator.programmes.models import Edition
from accelerator.progress.models import Evidence, Metric, MetricValue, Milestone, MilestoneState
from accelerator.selection.queries.cohort import startup_of
from accelerator.startups.queries import is_founder


def _founds(actor: Person | None, startup_id: int) -> bool:
    """Whether the person is behind the startup, in whatever role: nobody judges the own work."""
    return is_founder(actor, startup_id)


def _acts(actor: Person | None, edition_id: int, startup_id: int) -> bool:
    """Whether the person acts for the startup in the edition: a founder who holds the role."""
    return holds(actor, edition_id, Role.FOUNDER) and _founds(actor, startup_id)


def can_review_cohort(actor: Person | None, edition: Edition) -> bool:
    """The team sets milestones and numbers up."""
    return on_team(actor, edition.id)


def can_look_over_cohort(actor: Person | None, edition: Edition) -> bool:
    """The team, mentors and partners see every startup's milestones."""
    return on_team(actor, edition.id) or holds(actor, edition.id, Role.MENTOR, Role.PARTNER)


def can_see_milestones(actor: Person | None, edition: Edition) -> bool:
    """Whoever looks over the cohort, and the founders in it."""
    return can_look_over_cohort(actor, edition) or startup_of(actor, edition) is not None


def can_see_numbers(actor: Person | None, edition: Edition) -> bool:
    """The team, partners (sums of the cohort only) and the founders in it."""
    if on_team(actor, edition.id) or holds(actor, edition.id, Role.PARTNER):
        return True
    return startup_of(actor, edition) is not None


def can_see_milestone(actor: Person | None, milestone: Milestone) -> bool:
    """Its founders, the team, mentors and partners."""
    if on_team(actor, milestone.edition_id) or holds(actor, milestone.edition_id, Role.MENTOR, Role.PARTNER):
        return True
    return _acts(actor, milestone.edition_id, milestone.startup_id)


def can_work_on_milestone(actor: Person | None, milestone: Milestone) -> bool:
    """Its founders hand evidence in and send it."""
    return _acts(actor, milestone.edition_id, milestone.startup_id)


def can_change_milestone(actor: Person | None, milestone: Milestone) -> bool:
    """The founders and the team."""
    return _acts(actor, milestone.edition_id, milestone.startup_id) or on_team(actor, milestone.edition_id)


def can_move_milestone(actor: Person | None, milestone: Milestone) -> bool:
    """Title and day: the team, and founders for what they set themselves."""
    if on_team(actor, milestone.edition_id):
        return True
    return milestone.template_id is None and _acts(actor, milestone.edition_id, milestone.startup_id)


def can_review_milestone(actor: Person | None, milestone: Milestone) -> bool:
    """The team, but nobody their own startup's."""
    return on_team(actor, milestone.edition_id) and not _founds(actor, milestone.startup_id)


def can_comment_on_milestone(actor: Person | None, milestone: Milestone) -> bool:
    """Founders, team and mentors; partners read."""
    if holds(actor, milestone.edition_id, Role.MENTOR):
        return True
    return can_change_milestone(actor, milestone)


def takes_evidence(milestone: Milestone) -> bool:
    """Whether evidence can still come in or go."""
    return milestone.state in (MilestoneState.PLANNED, MilestoneState.SENT_BACK, MilestoneState.SENT_IN)


def can_see_evidence(actor: Person | None, evidence: Evidence) -> bool:
    """Whoever sees the milestone."""
    return can_see_milestone(actor, evidence.milestone)


def can_remove_evidence(actor: Person | None, evidence: Evidence) -> bool:
    """The startup's founders."""
    return can_work_on_milestone(actor, evidence.milestone)


def can_see_values(actor: Person | None, edition: Edition) -> bool:
    """Single values: the team those of the cohort, founders their own; partners see sums alone."""
    return on_team(actor, edition.id) or startup_of(actor, edition) is not None


def can_see_value(actor: Person | None, value: MetricValue) -> bool:
    """The startup's founders and the team."""
    metric = value.metric
    return on_team(actor, metric.edition_id) or _acts(actor, metric.edition_id, metric.startup_id)


def can_set_target(actor: Person | None, metric: Metric) -> bool:
    """The startup's founders and the team say where a number is to go."""
    return on_team(actor, metric.edition_id) or _acts(actor, metric.edition_id, metric.startup_id)


def can_verify_value(actor: Person | None, value: MetricValue) -> bool:
    """The team, but nobody their own startup's."""
    return on_team(actor, value.metric.edition_id) and not _founds(actor, value.metric.startup_id)
