"""Reads of rounds, reviewers, conflicts, assignments, reviews and standings, one file per subject."""
