"""Founders keep their access, and records that are provably one firm become one, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from accelerator.accounts.models import Person
from accelerator.cli.migrate import downgrade, upgrade
from accelerator.core import clock, db, scope
from accelerator.core.db import session
from accelerator.intake.models import Application, Revision
from accelerator.startups import queries
from accelerator.startups.models import Founder, Startup, StartupAlias
from tests.architecture.test_migrations import url
from tests.factories import make_application, make_edition, make_founder, make_person, make_startup

__all__ = ["url"]
NUMBER = "7000012050002"


def firm(name: str, country: str, *people: Person, number: str | None = None) -> int:
    """A record with these founders and an application of its own edition that was sent."""
    edition = make_edition()
    with scope.choose(edition.scope):
        startup = make_startup(name=name, country=country)
        for person in people:
            make_founder(startup, person)
        answers = {"name": name, "corporate_number": number} if number else {"name": name}
        make_application(edition, startup=startup, applicant=people[0], answers=answers)
    return startup.id


def records() -> dict[str, int]:
    """Name of each record, and how many applications it has."""
    with scope.everywhere():
        rows = session().execute(select(Startup.name, Application.id).join(Application).order_by(Application.id)).all()
    return {name: sum(other == name for other, _id in rows) for name, _id in rows}


@pytest.mark.parametrize(
    ("first", "second", "number", "same_person", "joins"),
    [
        (("Northbreath OÜ", "EE"), ("NORTH-BREATH", "EE"), None, True, True),
        (("Northbreath", "EE"), ("Northbreath", "JP"), None, True, False),
        (("Northbreath", "EE"), ("Southbreath", "EE"), None, True, False),
        (("Northbreath", "JP"), ("Southbreath", "JP"), NUMBER, True, True),
        (("Northbreath", "JP"), ("Northbreath", "JP"), NUMBER, False, False),  # numbers and names are public
    ],
)
def test_what_is_proven_is_joined(url, first, second, number, same_person, joins):
    upgrade()
    downgrade("startup2")
    with db.transaction():
        person = make_person()
        kept = firm(*first, person, number=number)
        gone = firm(*second, person if same_person else make_person(), number=number)
        old_slug = session().get_one(Startup, gone).slug
    upgrade()
    with db.reading():
        assert len(session().scalars(select(Startup.id)).all()) == (1 if joins else 2)
        assert queries.startup_by_slug(old_slug).id == (kept if joins else gone)
        assert sum(records().values()) == 2
        assert session().scalars(select(StartupAlias.slug)).all() == ([old_slug] if joins else [])
        assert queries.is_founder(person, kept)
        if joins:
            assert len(session().scalars(select(Founder.id)).all()) == 1
            assert session().scalars(select(Founder.is_lead)).all() == [True]
            assert len(session().scalars(select(Revision.id)).all()) == 2
    downgrade("startup2")
    upgrade()
    with db.reading():
        assert sum(records().values()) == 2


def test_two_applications_in_one_edition_stay_two(url):
    upgrade()
    downgrade("startup2")
    with db.transaction():
        person = make_person()
        firm("Northbreath", "EE", person)
        edition = make_edition()
        with scope.choose(edition.scope):
            for name in ("Northbreath Inc", "Northbreath Ltd"):
                startup = make_startup(name=name, country="EE")
                make_founder(startup, person)
                make_application(edition, startup=startup, applicant=person)
    upgrade()
    with db.reading(), scope.everywhere():
        assert records() == {"Northbreath": 2, "Northbreath Ltd": 1}


def test_three_records_of_one_firm_become_one_with_all_its_founders(url):
    upgrade()
    downgrade("startup2")
    with db.transaction():
        person, second, third = (make_person() for _ in range(3))
        kept = firm("Northbreath", "EE", person)
        firm("Northbreath OÜ", "EE", person, second)
        firm("northbreath", "EE", second, third)
    upgrade()
    with db.reading():
        assert records() == {"Northbreath": 3}
        assert queries.founder_ids(kept) == {person.id, second.id, third.id}


def test_whoever_had_access_keeps_it_and_the_applicant_leads(url):
    upgrade()
    downgrade("accounts1")
    now = clock.system_now() - timedelta(days=1)
    with db.transaction() as tx:
        edition = make_edition()
        people = [make_person() for _ in range(3)]
        values = {"at": now, "edition": edition.id, "first": people[0].id, "second": people[1].id, "third": people[2].id,
                  "false": False, "true": True}  # fmt: skip
        for statement in (
            "INSERT INTO startup (id, slug, name, one_line, city, synthetic, created_at)"
            " VALUES (1, 'n', 'N', '', '', :false, :at)",
            "INSERT INTO founder (startup_id, person_id, name, title, full_time, position)"
            " VALUES (1, :first, 'A', '', :true, 1), (1, :second, 'B', '', :true, 2), (1, NULL, 'C', '', :true, 3)",
            "INSERT INTO application (edition_id, reference, startup_id, applicant_id, state, answers, token, saved_at,"
            " created_at, revision_number, name, one_line, city, synthetic)"
            " VALUES (:edition, 'A-0001', 1, :third, 'draft', '{}', 0, :at, :at, 0, 'N', '', '', :false)",
        ):
            tx.execute(text(statement), values)
    upgrade()
    with db.reading():
        assert [person.id for person in queries.people(1)] == [people[2].id, people[0].id, people[1].id]
        assert [
            (row.name, row.has_access) for row in session().scalars(select(Founder).where(Founder.name == "C"))
        ] == [("C", False)]
    downgrade("accounts1")
    with db.reading() as reading:
        assert reading.execute(text("SELECT count(*) FROM founder")).scalar() == 4
    upgrade()
