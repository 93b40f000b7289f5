"""Reads about forms and applications. ``forms`` the call's form; ``form`` while it is made; ``drafts`` for founders; ``listing`` for staff."""
