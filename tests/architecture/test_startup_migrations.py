"""Founders keep their access, and records that are provably one firm become one, on both databases."""

from datetime import date, datetime

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, MetaData, Table, select, text, update

from accelerator.accounts.models import Person
from accelerator.cli.migrate import downgrade, upgrade
from accelerator.core import clock, db, scope
from accelerator.core.db import session
from accelerator.intake.models import Application, ApplicationState, Revision
from accelerator.programmes.models import Edition
from accelerator.startups import queries
from accelerator.startups.models import Founder, KeyKind, Startup, StartupAlias, StartupKey
from tests.architecture.test_migrations import CONFIG
from tests.factories import make_application, make_edition, make_founder, make_person, make_startup
from tests.services.databases import any_database
from tests.services.migrated import migrated_database

__all__ = ["any_database", "migrated_database"]
NUMBER = "7000012050002"


SCRIPTS = ScriptDirectory.from_config(CONFIG)


def run(revision: str, direction: str) -> None:
    """Run one migration of data on the tables as they are now."""
    engine = db.engine().execution_options(writes=True)
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        connection.execute(text("DELETE FROM startup_key"))  # they came later
        getattr(SCRIPTS.get_revision(revision).module, direction)()


def put(connection: Connection, table: str, **values: object) -> int:
    """A row of a table as it is at this revision; what is not given and has to be there is empty."""
    reflected = Table(table, MetaData(), autoload_with=connection)
    given = {column.name: empty(column) for column in reflected.columns if not column.nullable and column.name != "id"}
    return connection.execute(reflected.insert().values({**given, **values})).inserted_primary_key[0]


def empty(column: Column) -> object:
    """Something that fits a column."""
    kinds = {bool: False, int: 0, datetime: clock.system_now().replace(tzinfo=None), date: date(2030, 1, 1), str: ""}
    try:
        return kinds.get(column.type.python_type, {})
    except NotImplementedError:
        return {}


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
def test_what_is_proven_is_joined(migrated_database, first, second, number, same_person, joins):
    with db.transaction():
        person = make_person()
        kept = firm(*first, person, number=number)
        gone = firm(*second, person if same_person else make_person(), number=number)
        old_slug = session().get_one(Startup, gone).slug
    run("startup3", "upgrade")
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
    run("startup3", "downgrade")
    run("startup3", "upgrade")
    with db.reading():
        assert sum(records().values()) == 2


def test_two_applications_in_one_edition_stay_two(migrated_database):
    with db.transaction():
        person = make_person()
        firm("Northbreath", "EE", person)
        edition = make_edition()
        with scope.choose(edition.scope):
            for name in ("Northbreath Inc", "Northbreath Ltd"):
                startup = make_startup(name=name, country="EE")
                make_founder(startup, person)
                make_application(edition, startup=startup, applicant=person)
    run("startup3", "upgrade")
    with db.reading(), scope.everywhere():
        assert records() == {"Northbreath": 2, "Northbreath Ltd": 1}


def test_three_records_of_one_firm_become_one_with_all_its_founders(migrated_database):
    with db.transaction():
        person, second, third = (make_person() for _ in range(3))
        kept = firm("Northbreath", "EE", person)
        firm("Northbreath OÜ", "EE", person, second)
        firm("northbreath", "EE", second, third)
    run("startup3", "upgrade")
    with db.reading():
        assert records() == {"Northbreath": 3}
        assert queries.founder_ids(kept) == {person.id, second.id, third.id}


def test_whoever_had_access_keeps_it_and_the_applicant_leads(migrated_database):
    before = str(SCRIPTS.get_revision("startup2").down_revision)
    downgrade(before)
    with db.engine().execution_options(writes=True).begin() as connection:
        people = [put(connection, "person", email=f"{name}@example.org", given_name=name) for name in "abc"]
        programme = put(connection, "programme", slug="p", kind="accelerator", home_country="JP")
        edition = put(
            connection,
            "edition",
            slug="e",
            programme_id=programme,
            mode="online",
            zone="UTC",
            places=1,
            closes_at=datetime(2031, 1, 1),
        )
        startup = put(connection, "startup", slug="n", name="N")
        for person, name in zip([*people[:2], None], "abc", strict=True):
            put(connection, "founder", startup_id=startup, person_id=person, name=name, position=1)
        put(
            connection,
            "application",
            edition_id=edition,
            reference="A-0001",
            startup_id=startup,
            applicant_id=people[2],
            state="draft",
        )
    upgrade()
    with db.reading():
        assert [person.id for person in queries.people(startup)] == [people[2], *people[:2]]
        assert queries.lead(startup).person_id == people[2]
        only_named = session().scalars(select(Founder).where(Founder.person_id.is_(None))).one()
        assert (only_named.name, only_named.has_access) == ("c", False)
    downgrade(before)
    with db.engine().connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM founder WHERE person_id IS NOT NULL")).scalar() == 3
    upgrade()
    with db.reading():
        assert len(queries.people(startup)) == 3


def test_addresses_are_spelled_alike_and_none_is_taken_twice(any_database: str) -> None:
    with db.transaction():
        startup = make_startup()
        for email in ("riku@ｄｅｍｏ。example", "riku@demo.example", None):
            db.add(Founder(startup_id=startup.id, name="Riku", email=email))
        for email in ("aoi@ｄｅｍｏ.example", "kim@demo。example", "kim@demo.example", "a@xn--r8jz45g.jp"):
            make_person(email=email)
    run("sec22", "upgrade")
    with db.reading():
        founders = session().scalars(select(Founder.email).order_by(Founder.id)).all()
        assert founders == ["riku@demo.example", "riku@demo.example", None]
        people = session().scalars(select(Person.email).order_by(Person.id)).all()
        assert people == ["aoi@demo.example", "kim@demo。example", "kim@demo.example", "a@例え.jp"]


def test_records_are_found_after_an_upgrade_and_two_applications_are_parted_on_the_way_back(
    migrated_database: str,
) -> None:
    with db.transaction():
        person = make_person()
        kept, gone = firm("Northbreath", "JP", person, number=NUMBER), firm("North Breath KK", "JP", make_person())
        with scope.everywhere():
            edition = session().scalars(select(Application.edition_id).where(Application.startup_id == kept)).one()
        with scope.choose(scope.of(edition)):
            second = make_application(
                session().get_one(Edition, edition),
                ApplicationState.WITHDRAWN,
                startup=session().get_one(Startup, gone),
            ).id
        with scope.everywhere():
            moved = update(Application).where(Application.startup_id == gone).values(startup_id=kept)
            session().execute(moved.execution_options(synchronize_session=False))
        merged = session().get_one(Startup, gone)
        merged.merged_into_id = kept
        db.add(StartupAlias(slug=merged.slug, startup_id=kept))
    keys = select(StartupKey.kind, StartupKey.value, StartupKey.startup_id)
    with db.reading():
        before = {tuple(row) for row in session().execute(keys) if row.startup_id == kept}
    downgrade(str(SCRIPTS.get_revision("twins1").down_revision))
    with db.engine().connect() as connection:
        held: dict[int, int] = dict(connection.execute(text("SELECT id, startup_id FROM application")).all())
        assert held[second] == gone and sorted(held.values()) == sorted([kept, kept, gone])
        assert connection.scalar(text("SELECT count(*) FROM startup_alias")) == 0
    upgrade()
    with db.reading():
        after = {tuple(row) for row in session().execute(keys) if row.startup_id == kept}
    assert after == {*before, (KeyKind.NUMBER, NUMBER, kept)}
    assert {kind for kind, _value, _key in after} == {KeyKind.NAME, KeyKind.FOUNDER, KeyKind.NUMBER}
