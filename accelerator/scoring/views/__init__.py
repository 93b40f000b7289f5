"""Pages of scoring: ``rounds``, ``reviewers``, ``assignments`` and ``method`` for the team, the others for reviewers."""
