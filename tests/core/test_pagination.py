"""Pages by key, both ways, on both databases."""

import base64
import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Person
from accelerator.core import clock, db
from accelerator.core.pagination import Key, page
from tests.factories import make_person

pytestmark = pytest.mark.usefixtures("any_database")
BY_NAME = (Key(Person.family_name), Key(Person.id))
NEWEST = (Key(Person.created_at, descending=True), Key(Person.id, descending=True))


@pytest.fixture
def names(any_database: str) -> list[str]:
    """Sixty people, two of each name, in alphabetical order."""
    now = clock.system_now()
    made = [f"N{number // 2:02}" for number in range(60)]
    with db.transaction():
        for number, name in enumerate(made):
            make_person(family_name=name, created_at=now - timedelta(minutes=number // 3))
    return made


def walk(keys, size, backwards=False):
    """All pages from one end to the other, each as its list of ids."""
    seen, mark = [], None
    with db.reading():
        if backwards:
            while (found := page(select(Person.id), keys, mark=mark, size=size)).after:
                mark = found.after
            seen.append([row[0] for row in found.rows])
            mark = found.before
        while True:
            found = page(select(Person.id), keys, mark=mark, size=size)
            seen.append([row[0] for row in found.rows])
            mark = found.before if backwards else found.after
            if mark is None:
                return seen


class TestPages:
    @pytest.mark.parametrize("keys", [BY_NAME, NEWEST], ids=["name", "newest"])
    def test_forwards_every_row_comes_once_and_in_order(self, names, keys):
        order = [key.column.desc() if key.descending else key.column for key in keys]
        with db.reading() as session:
            expected = session.scalars(select(Person.id).order_by(*order)).all()
        pages = walk(keys, 25)
        assert ([len(part) for part in pages], [i for part in pages for i in part]) == ([25, 25, 10], expected)

    @pytest.mark.parametrize("keys", [BY_NAME, NEWEST], ids=["name", "newest"])
    def test_backwards_too(self, names, keys):
        forwards, backwards = walk(keys, 25), walk(keys, 25, backwards=True)
        assert [i for part in reversed(backwards) for i in part] == [i for part in forwards for i in part]

    def test_ends_have_no_marks(self, names):
        with db.reading():
            first = page(select(Person.id), BY_NAME, size=50)
            last = page(select(Person.id), BY_NAME, size=50, mark=first.after)
        assert (first.before, last.after, len(last.rows)) == (None, None, 10)

    def test_an_empty_table_is_one_empty_page(self, any_database):
        with db.reading():
            found = page(select(Person.id), BY_NAME)
        assert (list(found.rows), found.before, found.after) == ([], None, None)

    def test_rows_written_meanwhile_do_not_shift_the_next_page(self, names):
        with db.reading():
            first = page(select(Person.family_name), BY_NAME, size=25)
        with db.transaction():
            make_person(family_name="N00")
        with db.reading():
            second = page(select(Person.family_name), BY_NAME, size=25, mark=first.after)
        assert [row[0] for row in second.rows] == names[25:50]

    def test_costs_one_statement(self, names, count_queries):
        with db.reading():
            page(select(Person.id), BY_NAME, size=25)
        assert len(count_queries) == 1


def marked(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


class TestMarks:
    @pytest.mark.parametrize(
        "mark",
        [
            "nonsense",
            "%%%",
            base64.urlsafe_b64encode(b"[]").decode(),
            base64.urlsafe_b64encode(b"{}").decode(),
            base64.urlsafe_b64encode(b"7").decode(),
            base64.urlsafe_b64encode(json.dumps(["f", "N05"]).encode()).decode(),
            base64.urlsafe_b64encode(json.dumps(["f", {"a": 1}, None]).encode()).decode(),
            *(
                marked(f'["f", {values}]')
                for values in (
                    '"N\\u0000", "N", 1',
                    '"N\\ud800", "N", 1',
                    '"N", "N", 1e999',
                    '"N", "N", NaN',
                    '"N", "N", 99999999999999999999',
                    '"N", "N", true',
                    '"N", "N", ' + "9" * 5000,
                    '"N", "N", ' + "[" * 100_000 + "]" * 100_000,
                )
            ),
        ],
    )
    def test_damaged_ones_give_the_first_page(self, names, mark):
        with db.reading():
            damaged, first = (
                page(select(Person.family_name), BY_NAME, mark=mark),
                page(select(Person.family_name), BY_NAME),
            )
        assert [tuple(row) for row in damaged.rows] == [tuple(row) for row in first.rows]

    def test_of_another_order_give_the_first_page(self, names):
        with db.reading():
            other = page(select(Person.id), BY_NAME, size=25).after
            assert len(page(select(Person.id), NEWEST, mark=other, size=25).rows) == 25

    @pytest.mark.parametrize(
        "at",
        [7, None, [], "0001-01-01T00:00:00+00:00", "2020-10-16T09:00:00", "2020-10-16", "9999-12-31T23:59:59+00:00"],
    )
    def test_of_instants_bring_no_page_down(self, names, at):
        keys = [Key(Person.created_at), Key(Person.id)]
        with db.reading():
            page(select(Person.id), keys, mark=marked(json.dumps(["f", at, 1])))

    def test_an_unknown_size_is_fifty(self, names):
        with db.reading():
            assert len(page(select(Person.id), BY_NAME, size=1_000_000).rows) == 50
