"""The audit trail."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

import pytest
from sqlalchemy import delete, select

from accelerator.core import clock, db, scope
from accelerator.core.audit import AuditDetail, AuditEntry, audit
from tests.factories import make_application, make_edition, make_person

pytestmark = pytest.mark.usefixtures("any_database")


class Colour(StrEnum):
    RED = "red"


def entries() -> list[AuditEntry]:
    with db.reading() as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def details() -> list[AuditDetail]:
    with db.reading() as session:
        return list(session.scalars(select(AuditDetail).order_by(AuditDetail.entry_id)))


def test_says_who_did_what_to_which_row_in_which_edition():
    before = clock.system_now()
    with db.transaction():
        edition, person = make_edition(), make_person()
        with scope.choose(edition.scope):
            audit(person, "programmes.plan_changed", edition, reason="Typo", name=["A", "B"], places=[17, 20])
    (found,) = entries()
    assert (
        found.actor_id,
        found.action,
        found.subject_type,
        found.subject_id,
        found.scope_key,
        found.changes,
        found.withheld,
    ) == (
        person.id,
        "programmes.plan_changed",
        "edition",
        edition.id,
        edition.id,
        {"places": [17, 20]},
        ["name", "reason"],
    )
    assert before <= found.at <= clock.system_now()
    assert [(detail.entry_id, detail.changes, detail.reason) for detail in details()] == [
        (found.id, {"name": ["A", "B"]}, "Typo")
    ]


def test_personal_values_can_be_erased_and_the_entry_stays():
    with db.transaction():
        person = make_person()
        audit(person, "accounts.profile_changed", person, given_name=["Lena", "Helena"], language=["en", "ja"])
    with db.transaction() as session:
        session.execute(delete(AuditDetail))
    assert [(entry.changes, entry.withheld) for entry in entries()] == [({"language": ["en", "ja"]}, ["given_name"])]
    assert details() == []


def test_says_which_application_or_startup_it_is_about():
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            application = make_application(edition)
            audit(None, "application.sent", application)
            audit(None, "startup.registered", application.startup)
            audit(None, "programmes.plan_changed", edition)
    assert [(entry.about_type, entry.about_id) for entry in entries()] == [
        ("application", application.id),
        ("startup", application.startup_id),
        (None, None),
    ]


def test_what_no_stage_declares_is_noticed_and_never_kept_for_ever():
    with db.transaction(), pytest.warns(UserWarning, match="application.sent changes 'colour'"):
        edition = make_edition()
        with scope.choose(edition.scope):
            audit(None, "application.sent", make_application(edition), colour=[None, Colour.RED])
    assert [(entry.changes, entry.withheld) for entry in entries()] == [({}, ["colour"])]


def test_the_system_acts_without_an_actor_and_outside_of_an_edition():
    with db.transaction():
        audit(None, "programmes.closed", make_edition())
    assert (entries()[0].actor_id, entries()[0].scope_key) == (None, None)


def test_values_are_kept_in_a_plain_form():
    at = datetime(2020, 10, 15, tzinfo=UTC)
    with db.transaction():
        audit(
            None,
            "x.y",
            make_person(),
            choice=[None, Colour.RED],
            at=at,
            nested={"a": (1, True, 0.5)},
            sum=Decimal("1.20"),
        )
    assert details()[0].changes == {
        "choice": [None, "red"],
        "at": str(at),
        "nested": {"a": [1, True, 0.5]},
        "sum": "1.20",
    }


def test_goes_with_the_act_when_that_is_rolled_back():
    with pytest.raises(ZeroDivisionError), db.transaction():
        audit(None, "x.y", make_person())
        _ = 1 / 0
    assert entries() == []
