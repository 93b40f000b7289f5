"""Reads of this stage: the counts behind the figures, the figures of now, and snapshots with their reports."""
