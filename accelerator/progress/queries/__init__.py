"""Reads about milestones and numbers."""
