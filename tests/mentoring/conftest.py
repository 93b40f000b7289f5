"""Where the pages of mentoring are tried; the race of bookings runs on both databases."""

import pytest

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.core.web import App
from tests.factories import make_cohort_startup, make_edition, make_member
from tests.factories.mentoring import Place, make_mentor
from tests.services.databases import any_database

__all__ = ["any_database"]


@pytest.fixture
def world(app: App) -> Place:
    made = Place()
    with db.transaction():
        made.edition = make_edition()
        with scope.choose(made.edition.scope):
            made.mentor = make_mentor(
                made.edition,
                zone="America/Los_Angeles",
                given_name="Maya",
                family_name="Okafor",
                video_link="https://meet.example/maya",
            )
            made.startup, made.founder = make_cohort_startup(made.edition)
            made.founder.zone = "Europe/Tallinn"
            made.staff = make_member(made.edition, Role.STAFF)
            made.partner = make_member(made.edition, Role.PARTNER)
        other = make_edition()
        with scope.choose(other.scope):
            made.stranger = make_member(other, Role.STAFF, Role.MENTOR)
    return made
