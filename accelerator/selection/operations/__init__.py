"""Writes of selection, one file per subject: decisions, releases, offers."""
