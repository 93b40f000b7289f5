"""Rows for tests: each function stores one thing with sensible values and returns it. Call inside a transaction."""

from tests.factories.browser import Browser
from tests.factories.people import make_member, make_person
from tests.factories.programmes import make_coming_edition, make_edition, make_sector
from tests.factories.startups import make_application, make_cohort_startup, make_founder, make_startup

__all__ = [
    "Browser",
    "make_application",
    "make_cohort_startup",
    "make_coming_edition",
    "make_edition",
    "make_founder",
    "make_member",
    "make_person",
    "make_sector",
    "make_startup",
]
