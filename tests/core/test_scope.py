"""Islands: a query sees the chosen edition's rows and no other's, and one without a choice is a fault."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import aliased

from accelerator.core import clock, db, scope
from accelerator.core.errors import ScopeMissing
from accelerator.programmes.models import Edition, Sector
from tests.factories import make_edition, make_sector

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture
def ours(any_database: str) -> scope.Scope:
    """One sector in our edition, two in another."""
    with db.transaction():
        first, second = make_edition(), make_edition()
        make_sector(first, "health")
        make_sector(second, "energy")
        make_sector(second, "food")
    return first.scope


class TestWithoutChoice:
    @pytest.mark.parametrize(
        "statement",
        [
            select(Sector),
            select(Sector.key),
            select(func.count(Sector.id)),
            select(Edition).where(exists().where(Sector.edition_id == Edition.id)),
            select(Edition).join(Sector, Sector.edition_id == Edition.id),
            select(Edition).where(Edition.id.in_(select(Sector.edition_id))),
            update(Sector).values(key="x"),
            delete(Sector),
        ],
        ids=["rows", "columns", "count", "exists", "join", "subquery", "update", "delete"],
    )
    def test_raises(self, ours, statement):
        with db.transaction() as session, pytest.raises(ScopeMissing):
            session.execute(statement)

    def test_rows_of_no_edition_need_none(self, ours):
        with db.reading() as session:
            assert session.scalar(select(func.count(Edition.id))) == 2


class TestChosen:
    def test_rows(self, ours):
        with db.reading() as session, scope.choose(ours):
            assert [sector.key for sector in session.scalars(select(Sector))] == ["health"]

    def test_columns_and_counts(self, ours):
        with db.reading() as session, scope.choose(ours):
            assert session.scalars(select(Sector.key)).all() == ["health"]
            assert session.scalar(select(func.count(Sector.id))) == 1

    def test_exists(self, ours):
        found = exists().where(Sector.key == "energy")
        with db.reading() as session, scope.choose(ours):
            assert session.scalar(select(found)) is False

    def test_subquery(self, ours):
        editions = select(Edition.id).where(Edition.id.in_(select(Sector.edition_id)))
        with db.reading() as session, scope.choose(ours):
            assert session.scalars(editions).all() == [ours.key]

    def test_join_and_alias(self, ours):
        other = aliased(Sector)
        with db.reading() as session, scope.choose(ours):
            joined = select(Edition.id).join(Sector, Sector.edition_id == Edition.id)
            assert session.scalars(joined).all() == [ours.key]
            assert session.scalars(select(other.key)).all() == ["health"]
            outer = select(Edition.id, other.key).outerjoin(other, other.edition_id == Edition.id).order_by(Edition.id)
            assert [tuple(row) for row in session.execute(outer)] == [(ours.key, "health"), (ours.key + 1, None)]

    def test_update_and_delete_leave_the_others_alone(self, ours):
        with db.transaction() as session, scope.choose(ours):
            session.execute(update(Sector).values(key="ours"))
        with db.transaction() as session, scope.choose(ours):
            session.execute(delete(Sector))
        with db.reading() as session, scope.everywhere():
            assert session.scalars(select(Sector.key).order_by(Sector.key)).all() == ["energy", "food"]

    def test_get_by_id_of_another_edition_finds_nothing(self, ours):
        with db.reading() as session, scope.everywhere():
            foreign = session.scalar(select(Sector.id).where(Sector.key == "energy"))
        with db.reading() as session, scope.choose(ours):
            assert session.get(Sector, foreign) is None

    def test_a_choice_inside_another_wins_and_then_ends(self, ours):
        other = scope.Scope(ours.key + 1)
        with db.reading() as session, scope.choose(ours):
            with scope.choose(other):
                assert session.scalar(select(func.count(Sector.id))) == 2
            assert session.scalar(select(func.count(Sector.id))) == 1

    def test_a_choice_inside_everywhere_narrows(self, ours):
        with db.reading() as session, scope.everywhere():
            assert session.scalar(select(func.count(Sector.id))) == 3
            with scope.choose(ours):
                assert session.scalar(select(func.count(Sector.id))) == 1
            assert session.scalar(select(func.count(Sector.id))) == 3


class TestClock:
    def test_runs_ahead_as_the_edition_says(self, ours):
        ahead = scope.Scope(ours.key, ahead=timedelta(days=30))
        before = clock.system_now()
        with scope.choose(ahead):
            shifted = clock.now()
        assert timedelta(days=30) <= shifted - before < timedelta(days=30, seconds=5)
        assert clock.now() - before < timedelta(seconds=5)

    def test_the_systems_own_is_never_moved(self, ours):
        with scope.choose(scope.Scope(ours.key, ahead=timedelta(days=-30))):
            assert abs(clock.system_now() - clock.now()) > timedelta(days=29)
