"""Reads of the board, decisions, releases, offers and the cohort, one file per subject."""
