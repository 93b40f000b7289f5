"""Guesses at passwords: counted before they are looked at, looked at before a transaction opens, forgotten later."""

from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, update

from accelerator.accounts import limits, passwords
from accelerator.accounts.models import Attempt, Person
from accelerator.accounts.operations import sign_ins
from accelerator.core import clock, db
from accelerator.core.audit import AuditEntry
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.core.keeping import keep
from accelerator.core.web import App
from tests.factories import Browser, make_person
from tests.factories.accounts import mailed_kinds
from tests.services.installations import Pool

GOOD, NEW = "correct horse battery", "a whole new sentence"
KEPT = passwords.hashed(GOOD)
AT_ONCE = 16


@pytest.fixture
def aoi(app: App) -> Person:
    """Somebody with a password."""
    with db.transaction():
        return make_person(email="aoi@example.org", password_hash=KEPT)


def one_guess(start: Barrier) -> bool:
    """Whether a guess of one request among many at once would be looked at."""
    start.wait()
    try:
        with db.transaction():
            sign_ins.begin_try("aoi@example.org", place="203.0.113.0/24")
    except Refused:
        return False
    return True


@pytest.mark.usefixtures("any_database")
def test_of_many_guesses_at_once_no_more_than_the_limit_are_looked_at() -> None:
    with db.transaction():
        make_person(email="aoi@example.org", password_hash=KEPT)
    start = Barrier(AT_ONCE)
    with Pool(AT_ONCE) as crowd:
        looked_at = list(crowd.map(lambda _number: one_guess(start), range(AT_ONCE)))
    assert sum(looked_at) == limits.FREE
    with db.reading():
        assert session().scalar(select(func.count(Attempt.id))) == limits.FREE


def test_the_present_password_has_the_same_limit(browser: Browser, aoi: Person) -> None:
    browser.sign_in(aoi)
    for _ in range(limits.FREE):
        answer = browser.post("/settings/password", {"current": "guess guess", "password": NEW})
        assert (answer.status_code, answer.text.count("That is not your current password.")) == (422, 2)
    answer = browser.post("/settings/password", {"current": GOOD, "password": NEW})
    assert (answer.status_code, answer.text.count("Too many attempts. Wait a minute, then try again.")) == (422, 1)
    with db.reading():
        assert session().get(Person, aoi.id).password_hash == KEPT
        wrong = session().scalars(select(AuditEntry).where(AuditEntry.action == "accounts.password_wrong")).all()
        assert [(entry.subject_type, entry.subject_id) for entry in wrong] == [("person", aoi.id)] * 5


def test_a_changed_password_is_told_by_mail(browser: Browser, aoi: Person) -> None:
    browser.sign_in(aoi)
    assert browser.post("/settings/password", {"current": GOOD, "password": NEW}).status_code == 302
    with db.reading():
        assert mailed_kinds(aoi.email) == ["password_changed"]
        assert session().scalars(select(Attempt.succeeded)).all() == [True]


def test_hashing_never_keeps_others_from_writing(app: App) -> None:
    with db.transaction():
        for hashing in (lambda: passwords.hashed(GOOD), lambda: passwords.matches(KEPT, GOOD)):
            with pytest.raises(RuntimeError, match="before the transaction opens"):
                hashing()


def test_nothing_is_hashed_for_a_stranger(browser: Browser, aoi: Person) -> None:
    assert browser.post("/settings/password", {"current": GOOD, "password": NEW}).status_code == 401
    with db.reading():
        assert session().scalar(select(func.count(Attempt.id))) == 0


def test_a_password_that_changed_while_it_was_compared_is_wrong(aoi: Person) -> None:
    with db.transaction():
        begun = sign_ins.begin_try(aoi.email, place="here")
    with db.transaction():
        session().execute(update(Person).values(password_hash="another"))
    with db.transaction():
        assert sign_ins.finish_try(begun, matched=True) is None


def test_old_tries_are_forgotten(aoi: Person) -> None:
    now = clock.system_now()
    ages = [(False, 0.5), (False, 2), (True, 2), (True, 100)]
    with db.transaction():
        for succeeded, days in ages:
            limits.note(limits.PASSWORD, aoi.email, "here", succeeded=succeeded).at = now - timedelta(days=days)
    for end in Attempt.__life__.ends:
        with db.transaction():
            keep(Attempt, end)
    with db.reading():
        left = session().execute(select(Attempt.succeeded, Attempt.at).order_by(Attempt.id)).all()
        assert [(row.succeeded, (now - row.at) / timedelta(days=1)) for row in left] == [(False, 0.5), (True, 2)]
