"""Pages of scoring: ``rounds``, ``reviewers``, ``assignments`` and ``method`` for the team, the others for reviewers."""

from accelerator.scoring.views import assignments, method, own, reading, reviewers, rounds, rubric
from accelerator.scoring.views.blueprint import bp

__all__ = ["assignments", "bp", "method", "own", "reading", "reviewers", "rounds", "rubric"]
