"""Pages of this stage: milestones of a cohort and of one startup, one milestone, templates, numbers."""
