"""Transactions, instants and locks, on both databases."""

import threading
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from accelerator.accounts.models import Person
from accelerator.core import clock, db
from accelerator.core.errors import Refused
from accelerator.programmes.models import Edition, Programme
from tests.factories import make_edition, make_person
from tests.services.installations import Thread

pytestmark = pytest.mark.usefixtures("any_database")
NINE_HOURS = timezone(timedelta(hours=9))


def people() -> int:
    with db.reading() as session:
        return session.scalar(select(func.count(Person.id)))


class TestTransaction:
    def test_keeps_what_was_written_when_the_block_returns(self):
        with db.transaction():
            make_person()
        assert people() == 1

    def test_keeps_nothing_when_the_block_raises(self):
        with pytest.raises(Refused), db.transaction():
            make_person()
            raise Refused("No.")
        assert people() == 0

    def test_does_not_nest(self):
        with db.transaction(), pytest.raises(RuntimeError, match="do not nest"), db.transaction():
            pass

    def test_a_rolled_back_part_leaves_the_rest(self):
        with db.transaction() as session:
            make_person(email="first@example.org")
            with pytest.raises(IntegrityError), session.begin_nested():
                make_person(email="first@example.org")
            make_person(email="second@example.org")
        assert people() == 2

    def test_outside_of_it_there_is_no_session(self):
        with pytest.raises(RuntimeError, match="no transaction is open"):
            db.session()
        assert (db.is_open(), db.is_writing()) == (False, False)

    def test_says_whether_it_may_write(self):
        with db.reading():
            assert (db.is_open(), db.is_writing()) == (True, False)
        with db.transaction():
            assert (db.is_open(), db.is_writing()) == (True, True)


class TestAfterCommit:
    def test_runs_once_the_rows_are_there(self):
        seen = []
        with db.transaction():
            make_person()
            db.after_commit(lambda: seen.append(people()))
            assert seen == []
        assert seen == [1]

    def test_does_not_run_after_a_rollback(self):
        seen = []
        with pytest.raises(Refused), db.transaction():
            db.after_commit(lambda: seen.append("called"))
            raise Refused("No.")
        assert seen == []

    def test_a_failing_call_neither_undoes_the_commit_nor_keeps_the_others_from_running(self):
        seen = []
        with db.transaction():
            make_person()
            db.after_commit(lambda: 1 / 0)
            db.after_commit(lambda: seen.append("called"))
        assert (people(), seen) == (1, ["called"])


class TestReading:
    def test_refuses_new_rows(self):
        with db.reading(), pytest.raises(RuntimeError, match="must not write"):
            make_person()

    def test_refuses_changed_rows(self):
        with db.transaction():
            person = make_person()
        with db.reading() as session:
            session.get(Person, person.id).given_name = "Other"
            with pytest.raises(RuntimeError, match="must not write"):
                session.flush()

    def test_the_database_refuses_what_bypasses_the_session(self):
        now = clock.system_now()
        statement = insert(Programme).values(
            slug="x", name={}, host={}, kind="accelerator", since=2016, home_country="JP", created_at=now
        )
        with db.reading() as session, pytest.raises(DBAPIError, match="read"):
            session.execute(statement)

    def test_a_transaction_after_it_writes_again(self):
        with db.reading() as session:
            session.scalar(select(1))
        with db.transaction():
            make_person()
        assert people() == 1


class TestInstants:
    def test_come_back_in_utc_whatever_zone_they_had(self):
        noon_in_tokyo = datetime(2020, 10, 15, 12, 0, tzinfo=NINE_HOURS)
        with db.transaction():
            edition = make_edition(opens_at=noon_in_tokyo)
        with db.reading() as session:
            found = session.get(Edition, edition.id).opens_at
        assert (found, found.tzinfo) == (datetime(2020, 10, 15, 3, 0, tzinfo=UTC), UTC)

    def test_without_zone_are_refused(self):
        naive = datetime(2020, 10, 15, 12, 0)
        with pytest.raises(StatementError, match="needs a time zone"), db.transaction():
            make_edition(opens_at=naive)

    def test_compare_by_instant(self):
        opens = datetime(2020, 10, 15, 12, 0, tzinfo=NINE_HOURS)
        with db.transaction():
            make_edition(opens_at=opens)
        with db.reading() as session:
            later = datetime(2020, 10, 15, 3, 0, 1, tzinfo=UTC)
            assert session.scalar(select(func.count(Edition.id)).where(Edition.opens_at < later)) == 1
            assert session.scalar(select(func.count(Edition.id)).where(Edition.opens_at < opens)) == 0

    def test_may_be_absent(self):
        with db.transaction():
            person = make_person(confirmed_at=None)
        with db.reading() as session:
            assert session.get(Person, person.id).confirmed_at is None


class TestConstraints:
    def test_foreign_keys_are_enforced(self):
        with pytest.raises(IntegrityError), db.transaction() as session:
            session.execute(text("INSERT INTO sector (edition_id, key, name) VALUES (999, 'x', '{}')"))

    def test_choices_are_enforced(self):
        with pytest.raises(IntegrityError), db.transaction() as session:
            make_edition()
            session.execute(text("UPDATE edition SET mode = 'by_post'"))

    def test_errors_do_not_tell_what_was_typed(self):
        with db.transaction():
            make_person(email="twice@example.org")
        with pytest.raises(IntegrityError) as error, db.transaction():
            make_person(email="twice@example.org", family_name="Secretname")
        assert "Secretname" not in str(error.value).partition("DETAIL")[0]


class TestLock:
    def test_two_who_count_before_they_decide_do_not_both_decide(self):
        """Each of two threads takes the last place if it sees one; exactly one may."""
        with db.transaction():
            edition_id = make_edition().id
        ready, taken = threading.Barrier(2), []

        def take_place() -> None:
            ready.wait()
            with db.transaction() as session:
                edition = session.get(Edition, edition_id)
                if edition.sealed:
                    return
                if not db.lock(edition).sealed:
                    time.sleep(0.05)  # the other one is between looking and deciding
                    edition.sealed = True
                    taken.append(threading.get_ident())

        threads = [Thread(target=take_place) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(taken) == 1

    def test_reloads_what_another_changed(self):
        with db.transaction():
            edition_id = make_edition(places=3).id
        with db.transaction() as session:
            edition = session.get(Edition, edition_id)
            session.execute(text("UPDATE edition SET places = 2"))
            assert (edition.places, db.lock(edition).places) == (3, 2)


def test_changes_are_set_and_told():
    with db.transaction():
        person = make_person(given_name="Ann", family_name="Lee")
        changed = db.changes_of(person, {"given_name": "Anna", "family_name": "Lee"})
    assert (changed, person.given_name) == ({"given_name": ["Ann", "Anna"]}, "Anna")
