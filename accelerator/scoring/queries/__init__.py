"""Reads of rounds, reviewers, conflicts, assignments, reviews and ranking entries, one file per subject."""
