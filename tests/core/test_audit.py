"""The audit trail."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

import pytest
from sqlalchemy import select

from accelerator.core import clock, db, scope
from accelerator.core.audit import AuditEntry, audit
from tests.factories import make_edition, make_person

pytestmark = pytest.mark.usefixtures("any_database")


class Colour(StrEnum):
    RED = "red"


def entries() -> list[AuditEntry]:
    with db.reading() as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_says_who_did_what_to_which_row_in_which_edition():
    before = clock.system_now()
    with db.transaction():
        edition, person = make_edition(), make_person()
        with scope.choose(edition.scope):
            audit(person, "programmes.renamed", edition, reason="Typo", name=["A", "B"])
    (found,) = entries()
    assert (found.actor_id, found.action, found.subject_type, found.subject_id, found.scope_key, found.changes, found.reason) == (
        person.id, "programmes.renamed", "edition", edition.id, edition.id, {"name": ["A", "B"]}, "Typo",
    )  # fmt: skip
    assert before <= found.at <= clock.system_now()


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
    assert entries()[0].changes == {
        "choice": [None, "red"], "at": str(at), "nested": {"a": [1, True, 0.5]}, "sum": "1.20",
    }  # fmt: skip


def test_goes_with_the_act_when_that_is_rolled_back():
    with pytest.raises(ZeroDivisionError), db.transaction():
        audit(None, "x.y", make_person())
        _ = 1 / 0
    assert entries() == []
