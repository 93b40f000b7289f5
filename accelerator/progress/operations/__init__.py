"""Writes about milestones and numbers."""
