"""Pages of selection, one file per subject: the board, decisions, the release, letters and offers, the cohort."""
