"""The demonstration in the database, and its people."""

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Person
from accelerator.core import db
from accelerator.core.web import App
from accelerator.demo_edition import load
from config import Settings
from tests.services import demonstration
from tests.services.databases import any_database

__all__ = ["any_database"]


@pytest.fixture
def people(app: App, settings: Settings) -> dict[str, Person]:
    """One person of each kind by given name, with the whole demonstration around them."""
    demonstration.fill(settings.instance)
    return shown()


@pytest.fixture
def people_anywhere(any_database: str, settings: Settings) -> dict[str, Person]:
    """The same in a database of either kind."""
    demonstration.fill(settings.instance)
    return shown()


def shown() -> dict[str, Person]:
    """One person of each kind by given name."""
    addresses = [email for _kind, email in load.sign_ins()]
    with db.reading() as session:
        rows = session.scalars(select(Person).where(Person.email.in_(addresses)))
        return {person.given_name: person for person in rows}
