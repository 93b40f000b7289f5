"""Search in the list, on SQLite and on PostgreSQL: what is found, and that the terms follow whatever is written."""

from collections import defaultdict
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, insert, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from accelerator.cli.migrate import downgrade, upgrade
from accelerator.cli.migrate import settings as configuration
from accelerator.core import clock, db, scope
from accelerator.core.countries import names_of
from accelerator.core.db import session
from accelerator.core.web import App
from accelerator.intake.models import Application, ApplicationState, SearchTerm
from accelerator.intake.operations import indexing, sending
from accelerator.intake.queries import drafts, listing
from accelerator.intake.queries.listing import Filters
from accelerator.intake.terms import spellings, terms_of
from accelerator.programmes.models import Edition
from accelerator.startups.models import Founder, Startup
from config import Settings
from tests.factories import make_application, make_edition, make_founder, make_startup
from tests.factories.intake import make_complete_draft, make_draft, make_form
from tests.factories.people import make_person, unconcerned
from tests.services import demonstration


def found(edition: Edition, text: str, view: str = listing.ALL) -> list[str]:
    """Names that a search finds, in order; the number of them is the total."""
    filters = Filters(view=view, text=text, sort="name")
    names = [row.name for row in listing.rows(edition, unconcerned(), filters, mark=None, size=50).rows]
    assert listing.total(edition, unconcerned(), filters) == len(names)
    return names


def stored(application: Application) -> set[str]:
    """The terms of an application."""
    return set(session().scalars(select(SearchTerm.term).where(SearchTerm.application_id == application.id)))


NAMES = (
    "Ａｌｐｈａ Labs",
    "alphabet",
    "Betá",
    "ガンマ医療",
    "ｶﾞﾝﾏ線",
    "医療",
    "医 療",
    "療医",
    "z\U0002a6d6",
    "100%",
    "𠮷野",
    "Ωmega",
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("alpha", ["alphabet", "Ａｌｐｈａ Labs"]),
        ("ALPHA labs", ["Ａｌｐｈａ Labs"]),
        ("labs alpha", ["Ａｌｐｈａ Labs"]),
        ("alph labs", []),
        ("beta", ["Betá"]),
        ("医療", ["ガンマ医療", "医療"]),
        ("医", ["ガンマ医療", "医 療", "医療", "療医"]),
        ("ガンマ", ["ガンマ医療", "ｶﾞﾝﾏ線"]),
        ("ンマ医", ["ガンマ医療"]),
        ("線", ["ｶﾞﾝﾏ線"]),
        ("𠮷", ["𠮷野"]),
        ("\U0002a6d6", ["z\U0002a6d6"]),
        ("ωM", ["Ωmega"]),
        ("%", []),
        ("_", []),
        ("estonia", sorted(NAMES)),
        ("エストニア 医療", ["ガンマ医療", "医療"]),
    ],
)
def test_both_databases_find_the_same(any_database: str, text: str, names: list[str]) -> None:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        for name in NAMES:
            make_application(edition, name=name, one_line="")
    with db.transaction(), scope.choose((other := make_edition()).scope):
        make_application(other, name="Alpha of another edition 医療")
    with db.reading(), scope.choose(edition.scope):
        assert sorted(found(edition, text)) == sorted(names)


def test_terms_follow_what_is_written(any_database: str) -> None:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        form = make_form(edition)
        draft = make_draft(edition, name="First Light")
        assert found(edition, "light", "draft") == ["First Light"]
        draft.name = "Second Dawn"
        session().flush()
        assert (found(edition, "light", "draft"), found(edition, "dawn", "draft")) == ([], ["Second Dawn"])
        application = make_complete_draft(edition, form, one_line="肺を電話で検査")
        assert found(edition, "電話", "draft") == []
        sending.send(application, form, edition=edition, at=clock.now(), actor=application.applicant)
        session().flush()
        assert found(edition, "電話") == ["Northbreath"]
        who = application.applicant
        assert stored(application) == terms_of(
            [
                "A-0002",
                "2",
                "Northbreath",
                "肺を電話で検査",
                "Estonia",
                "エストニア",
                "Kadri Lepik",
                "kadri@example.org",
                who.given_name,
                who.family_name,
                who.email,
            ]
        )


def test_founders_addresses_and_japanese_names_find_what_was_sent(any_database: str) -> None:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        form = make_form(edition)
        application = make_complete_draft(edition, form, native_name="北の息吹")
        who = application.applicant
        assert found(edition, "kadri", "draft") == [], "a draft is its founders' alone"
        sending.send(application, form, edition=edition, at=clock.now(), actor=who)
        session().flush()
        for text in ("lepik", "kadri lepik", "kadri@example.org", "息吹", who.email, who.family_name):
            assert found(edition, text) == ["Northbreath"], text
        who.native_name = "森田 葵"
        session().flush()
        for text in ("森田", "森田葵", "葵", "森田 葵"):
            assert found(edition, text) == ["Northbreath"], text
        edition.sealed = True
        for text in ("lepik", "kadri@example.org", "息吹", "telephone"):
            assert found(edition, text) == [], text
        assert found(edition, "northbreath estonia") == ["Northbreath"]


def test_the_record_of_the_startup_finds_what_was_sent(any_database: str) -> None:
    """Its name in Japanese, and those of founders who are not the applicant, also as people type them: without a space."""
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        form = make_form(edition)
        application = make_complete_draft(edition, form)
        startup = session().get_one(Startup, application.startup_id)
        startup.native_name = "北の 息吹"
        second = make_person(native_name="山口 みさき")
        founder = db.add(Founder(startup_id=startup.id, person_id=second.id, name="Misaki Yamaguchi"))
        session().flush()
        assert [found(edition, text, "draft") for text in ("息吹", "山口")] == [[], []]
        sending.send(application, form, edition=edition, at=clock.now(), actor=application.applicant)
        startup.native_name = "北の 息吹"
        session().flush()
        for text in ("北の息吹", "の息", "山口みさき", "山口 みさき"):
            assert found(edition, text) == ["Northbreath"], text
        second.native_name, startup.native_name = "山下 みさき", "南の息吹"
        session().flush()
        assert [found(edition, text) for text in ("山口", "山下み", "北の", "南の")] == [
            [],
            ["Northbreath"],
            [],
            ["Northbreath"],
        ]
        edition.sealed = True
        assert [found(edition, text) for text in ("山下", "南の")] == [[], []]
        edition.sealed, founder.left_at = False, clock.now()
        session().flush()
        assert found(edition, "山下") == []


def test_a_change_that_is_rolled_back_leaves_the_terms(any_database: str) -> None:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        application = make_application(edition, name="Kept")
    with pytest.raises(RuntimeError), db.transaction() as opened, scope.choose(edition.scope):
        opened.get_one(Application, application.id).name = "Lost"
        opened.flush()
        raise RuntimeError
    with db.reading(), scope.choose(edition.scope):
        assert (found(edition, "kept"), found(edition, "lost")) == (["Kept"], [])


def test_a_draft_that_saves_itself_writes_no_terms(tx: Session, count_queries: list[str]) -> None:
    with scope.choose((edition := make_edition()).scope):
        make_form(edition)
        draft = make_draft(edition)
        session().flush()
        count_queries.clear()
        draft.answers, draft.token = {**draft.answers, "problem": "Words."}, 5
        session().flush()
        assert [query.split()[0] for query in count_queries] == ["UPDATE"]


def test_rows_written_in_bulk_are_indexed_by_the_same_function(any_database: str) -> None:
    now = clock.now()
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        person = make_application(edition, name="One").applicant_id
        values = {
            "edition_id": edition.id,
            "applicant_id": person,
            "state": ApplicationState.SENT,
            "answers": {},
            "saved_at": now,
            "created_at": now,
            "submitted_at": now,
        }
        rows = [
            {**values, "reference": f"A-9{number}", "startup_id": make_startup().id, "name": f"Bulk 医{number}"}
            for number in range(3)
        ]
        ids = list(session().scalars(insert(Application).returning(Application.id), rows))
        assert found(edition, "bulk") == []
        for _time in range(2):
            indexing.index_applications(ids)
        assert found(edition, "bulk 医") == ["Bulk 医0", "Bulk 医1", "Bulk 医2"]
        assert found(edition, "医1") == ["Bulk 医1"]


def test_the_migration_fills_in_what_the_program_stores(fresh_database: str) -> None:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        for name, line in zip(NAMES, reversed(NAMES), strict=True):
            make_application(edition, name=name, one_line=line, country="JP" if name == "医療" else "EE")
        make_sent_of(edition)
    before = every_term()
    with db.engine().connect() as connection:
        versions = configuration()
        versions.attributes["connection"] = connection
        command.stamp(versions, "head")
        keep_the_trail(connection)
        connection.commit()
    downgrade("0002")
    upgrade()
    assert every_term() == before
    assert len(before) > 100


def keep_the_trail(connection: Connection) -> None:
    """What migrations make and the tables alone do not bring along: the trail's triggers, which a way back takes away."""
    for act in ("update", "delete") if connection.dialect.name == "sqlite" else ():
        connection.execute(
            sql(
                f"CREATE TRIGGER IF NOT EXISTS audit_entry_no_{act} BEFORE {act.upper()} ON audit_entry"
                " BEGIN SELECT RAISE(ABORT, 'kept'); END"
            )
        )


def every_term() -> list[tuple[Any, ...]]:
    """The whole table."""
    columns = SearchTerm.edition_id, SearchTerm.term, SearchTerm.application_id, SearchTerm.is_answer
    with db.reading() as opened, scope.everywhere():
        return sorted(tuple(row) for row in opened.execute(select(*columns)))


def make_sent_of(edition: Edition) -> None:
    """A draft, which has no country and no line; and one that was sent, by people with names in Japanese."""
    form = make_form(edition)
    make_draft(edition, name="Begun")
    application = make_complete_draft(edition, form, native_name="北の息吹")
    sending.send(application, form, edition=edition, at=clock.now(), actor=application.applicant)
    application.applicant.native_name = "森田 葵"
    session().get_one(Startup, application.startup_id).native_name = "南の 息吹"
    second = make_person(native_name="山口 みさき")
    db.add(Founder(startup_id=application.startup_id, person_id=second.id, name="Misaki Yamaguchi"))


@pytest.fixture
def demonstrated(app: App, settings: Settings) -> None:
    """The demonstration in the database."""
    demonstration.fill(settings.instance)


def test_every_application_of_the_demonstration_can_be_found(demonstrated: None) -> None:
    kept: defaultdict[int, set[str]] = defaultdict(set)
    for _edition, term, application_id, _is_answer in every_term():
        kept[application_id].add(term)
    with db.reading() as opened, scope.everywhere():
        for application in opened.scalars(select(Application)):
            number = application.reference[2:].lstrip("0")
            shown = [
                application.reference,
                number,
                application.name,
                application.one_line,
                *names_of(application.country),
            ]
            who = application.applicant
            people = [who.given_name, who.family_name, *spellings(who.native_name or ""), who.email]
            if application.revision_number:
                people.append(opened.get_one(Startup, application.startup_id).native_name or "")
            assert terms_of([*shown, *people]) <= kept[application.id]


def test_a_reference_finds_its_application_alone(tx: Session) -> None:
    with scope.choose((edition := make_edition()).scope):
        # Names without numbers: those that the factories count up would be found by a number too.
        made = [
            make_application(
                edition,
                reference=f"A-00{number}",
                startup=(startup := make_startup(name=name, slug=name.lower())),
                applicant=make_founder(startup, make_person(family_name=name, email=f"{name.lower()}@example.org")),
            )
            for number, name in ((41, "Alder"), (42, "Birch"))
        ]
        assert found(edition, "A-0042") == [made[1].name]
        assert found(edition, "42") == [made[1].name]
        assert drafts.application(edition, "A-0042") is made[1]
