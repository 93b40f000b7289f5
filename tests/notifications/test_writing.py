"""A mail is written once, also by two transactions at the same moment, on both databases."""

from datetime import UTC, datetime, timedelta
from threading import Barrier
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from accelerator.accounts.models import Person
from accelerator.core import db, scope
from accelerator.core.outbox import JobRow
from accelerator.intake.models import Application
from accelerator.notifications.models import DELIVER, Message
from accelerator.notifications.operations import letter_to, notify, notify_many
from accelerator.programmes.models import Edition
from accelerator.programmes.operations.numbering import next_reference
from tests.factories import make_application, make_edition, make_person
from tests.services.installations import Pool

LEFT: dict[str, Any] = {
    "left": timedelta(days=2),
    "is_own": False,
    "closes_at": datetime(2030, 7, 31, 14, 59, tzinfo=UTC),
}
KIND, DRAFT = "draft_waiting", SimpleNamespace(name="Northbreath", reference="A-0001")


def test_two_who_write_the_same_mail_at_once_write_one_and_both_go_on(any_database: str) -> None:
    with db.transaction():
        edition, person_id = make_edition(), make_person().id
    together = Barrier(1 if any_database.startswith("sqlite") else 2)  # writers on SQLite come one after the other

    def write(_number: int) -> bool:
        with db.transaction() as session, scope.choose(edition.scope):
            person = session.get_one(Person, person_id)
            session.scalars(select(Message)).all()
            together.wait(timeout=30)
            written = notify(person, KIND, key="once", application=DRAFT, **LEFT, edition=edition)
            make_person()  # whatever else the transaction does stays
            return written

    with Pool(2) as pool:
        answers = [found.result(timeout=60) for found in [pool.submit(write, number) for number in range(2)]]
    with db.reading() as session:
        assert (sorted(answers), session.scalars(select(Message.key)).all()) == ([False, True], ["once"])
        assert len(session.scalars(select(Person.id)).all()) == 3
        assert session.scalars(select(JobRow.name)).all() == [DELIVER.name]


def test_many_are_written_in_portions_and_those_that_exist_are_left_out(any_database: str) -> None:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        person = make_person()
        letters = [
            letter_to(person, KIND, key=f"k{number}", application=DRAFT, **LEFT, edition=edition)
            for number in range(230)
        ]
        assert notify_many(letters[:3]) == {"k0", "k1", "k2"}
        assert notify_many([*letters, letters[-1]]) == {f"k{number}" for number in range(3, 230)}
        assert notify_many(letters) == set()
    with db.reading() as session:
        assert len(session.scalars(select(Message.id)).all()) == 230


def test_two_who_ask_at_once_get_two_numbers(any_database: str) -> None:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        make_application(edition, reference="A-9999")
    together = Barrier(1 if any_database.startswith("sqlite") else 2)

    def ask(_number: int) -> str:
        with db.transaction() as session, scope.choose(edition.scope):
            session.get_one(Edition, edition.id)
            together.wait(timeout=30)
            return next_reference(edition.id, "A", Application.reference)

    with Pool(2) as pool:
        given = [found.result(timeout=60) for found in [pool.submit(ask, number) for number in range(2)]]
    assert sorted(given) == ["A-10000", "A-10001"]


def test_a_number_is_never_given_again_and_each_edition_and_kind_has_its_own(any_database: str) -> None:
    with db.transaction():
        first, second = make_edition(), make_edition()
        given = []
        for edition, kind in ((first, "A"), (first, "A"), (second, "A"), (first, "S")):
            with scope.choose(edition.scope):
                given.append(next_reference(edition.id, kind, Application.reference))
    assert given == ["A-0001", "A-0002", "A-0001", "S-0001"]
