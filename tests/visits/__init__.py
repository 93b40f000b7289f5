"""Visits of the whole demonstration without a browser: every page, every form, as each kind of person."""
