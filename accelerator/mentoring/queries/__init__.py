"""Reads about mentors, their free times, sessions, and the figures that come of them."""
