"""Pages of this stage: milestones of a cohort and of one startup, one milestone, templates, numbers."""

from accelerator.progress.views import cohort, milestone, numbers, targets, templates, values
from accelerator.progress.views.blueprint import bp

__all__ = ["bp", "cohort", "milestone", "numbers", "targets", "templates", "values"]
