"""How PostgreSQL goes about what every page asks: by an index, and by the index alone where it counts.

It would rather read a small table whole, so the tests forbid that: what it does then is what it can do with many rows.
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import event

from accelerator.core import db
from tests.benchmarks.island import Island, island
from tests.benchmarks.pages import visitor
from tests.services.databases import fresh_postgres

pytestmark = pytest.mark.service
FORBIDDEN = ("enable_seqscan", "enable_bitmapscan")


@pytest.fixture(scope="module")
def place() -> Iterator[Island]:
    with island(30, fresh_postgres()[0]) as built:
        yield built


def plans(place: Island, address: str, who: str = "staff") -> dict[str, str]:
    """The plan of each statement of a page, by default for the staff."""
    seen: dict[str, str] = {}

    def explain(connection, _cursor, statement, parameters, *_rest):
        if statement.startswith(("SELECT", "WITH")):
            with connection.connection.driver_connection.cursor() as asking:
                for way in FORBIDDEN:
                    asking.execute(f"SET LOCAL {way} = off")
                asking.execute(f"EXPLAIN {statement}", parameters)
                seen[statement] = "\n".join(line for (line,) in asking)

    browser = visitor(place, who)
    event.listen(db.engine(), "before_cursor_execute", explain)
    try:
        assert browser.get(address.format(place.edition.slug, place.to_read)).status_code == 200
    finally:
        event.remove(db.engine(), "before_cursor_execute", explain)
    return seen


def plan(place: Island, address: str, part: str, who: str = "staff") -> str:
    (only,) = [text for statement, text in plans(place, address, who).items() if part in statement]
    return only


def test_what_bars_a_person_is_found_by_index(place):
    text = plan(place, "/editions/{}/applications", "FROM conflict")
    assert "Index Scan using ix_founder_email" in text
    assert "Seq Scan on founder" not in text


@pytest.mark.parametrize("address", ["/editions/{}/applications", "/editions/{}/home"])
def test_applications_are_counted_from_an_index_alone(place, address):
    assert "Index Only Scan using ix_application_counts" in plan(place, address, "GROUP BY application.state, ")


def test_reviews_are_counted_from_an_index_alone(place):
    for address, part in (
        ("/editions/{}/selection", "count(distinct(assignment.reviewer_id))"),
        ("/editions/{}/home", "GROUP BY assignment.state, assignment.reviewer_id"),
    ):
        assert "Index Only Scan using ix_assignment_pace" in plan(place, address, part)


def test_whoever_has_a_decision_is_set_apart_by_an_anti_join(place):
    assert "Anti Join" in plan(place, "/editions/{}/selection", "AS worry")


def test_a_queue_is_counted_without_joining_its_lines_to_their_applications(place):
    text = plan(place, "/editions/{}/reviews/{}", "AS is_barred", "reviewer")
    assert "Index Cond: ((reviewer_id =" in text
    assert "(hashed SubPlan 1)" in text
    assert "Join" not in text
    assert "Nested Loop" not in text
