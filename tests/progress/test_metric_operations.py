"""Numbers: what is sent, corrected, verified, and what the cohort makes of it."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accelerator.accounts.models import Role
from accelerator.core import clock, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.db import add
from accelerator.core.errors import Refused
from accelerator.progress.models import MetricValue, ValueStatus
from accelerator.progress.operations.metrics import correct_value, create_metrics, send_numbers, set_verified
from accelerator.progress.queries import milestones
from accelerator.progress.queries.metrics import chain, cohort_series, latest_values, response_rate, responses
from accelerator.progress.weeks import WEEK, week_end
from tests.factories import make_cohort_startup, make_edition, make_member
from tests.factories.progress import make_metrics, this_friday


def running(weeks: int = 3, **values):
    monday = week_end(clock.now().astimezone(ZoneInfo("Asia/Tokyo")).date()) - timedelta(4)
    return make_edition(
        starts_on=monday - WEEK * weeks, coaching_ends_on=monday + WEEK * 4, demo_day_on=monday + WEEK * 6, **values
    )


def send(startup, edition, founder, week=0, **values):
    numbers = {code: Decimal(value) for code, value in values.items()}
    as_of = this_friday(edition) + WEEK * week
    return send_numbers(startup, edition, as_of=as_of, values=numbers, note="Good week", actor=founder)


def test_the_default_five_are_made_once(tx: Session):
    edition = running()
    with scope.choose(edition.scope):
        startup, founder = make_cohort_startup(edition)
        metrics = make_metrics(edition, startup, founder, "EUR")
        assert {code: metric.unit for code, metric in metrics.items()} == {
            "USERS_ACT": "count",
            "CUST_PAY": "count",
            "REV_M": "EUR",
            "RUNWAY": "months",
            "EMP_FT": "count",
        }
        assert create_metrics(startup, edition, currency="JPY", actor=founder) == []


def test_sending_again_corrects_only_what_changed(tx: Session):
    edition = running()
    with scope.choose(edition.scope):
        startup, founder = make_cohort_startup(edition)
        metrics = make_metrics(edition, startup, founder)
        assert send(startup, edition, founder, USERS_ACT=61, EMP_FT=2) == 2
        assert send(startup, edition, founder, USERS_ACT=74, EMP_FT=2) == 1
        old, new = tx.scalars(
            select(MetricValue).where(MetricValue.metric_id == metrics["USERS_ACT"].id).order_by(MetricValue.id)
        )
        assert (old.value, old.replaced_by_id, new.value, new.replaced_by_id) == (61, new.id, 74, None)
        series = {item.metric.code: item for item in latest_values(startup, edition)}
        assert (series["USERS_ACT"].values, series["EMP_FT"].values) == ([74], [2])
        entry = tx.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.action, entry.changes["numbers"]["USERS_ACT"]) == (
            "progress.sent_numbers",
            ["61.0000", "74.0000"],
        )


@pytest.mark.parametrize(
    ("code", "value"),
    [("USERS_ACT", "1.5"), ("EMP_FT", "-1"), ("RUNWAY", "-0.5"), ("REV_M", "1000000000000000"), ("REV_M", "NaN")],
)
def test_numbers_that_are_refused(tx: Session, code: str, value: str):
    edition = running()
    with scope.choose(edition.scope):
        startup, founder = make_cohort_startup(edition)
        make_metrics(edition, startup, founder)
        with pytest.raises(Refused) as refusal:
            send(startup, edition, founder, **{code: value})
        assert refusal.value.field == code


def test_days_that_are_refused(tx: Session):
    edition = running(weeks=2)
    with scope.choose(edition.scope):
        startup, founder = make_cohort_startup(edition)
        make_metrics(edition, startup, founder)
        friday = this_friday(edition)
        for day in (friday - timedelta(1), friday + WEEK, friday - WEEK * 4):
            with pytest.raises(Refused) as refusal:
                send_numbers(startup, edition, as_of=day, values={"EMP_FT": Decimal(1)}, note="", actor=founder)
            assert refusal.value.field == "as_of"
        with pytest.raises(Refused):
            send_numbers(startup, edition, as_of=friday, values={}, note="", actor=founder)
        assert send(startup, edition, founder, week=-3, EMP_FT=1) == 1  # the week before the start is the entry


def test_a_correction_keeps_the_old_value_and_needs_a_reason(tx: Session):
    edition = running()
    with scope.choose(edition.scope):
        startup, founder = make_cohort_startup(edition)
        make_metrics(edition, startup, founder)
        send(startup, edition, founder, REV_M=433000)
        [old] = tx.scalars(select(MetricValue))
        for number, note, field in (
            (412000, "", "note"),
            (412000, "ok", "note"),
            (433000, "The same again.", "number"),
            (10**15, "A big invoice.", "number"),
        ):
            with pytest.raises(Refused) as refusal:
                correct_value(old, number=Decimal(number), note=note, actor=founder)
            assert refusal.value.field == field
        new = correct_value(old, number=Decimal(412000), note="One invoice was double.", actor=founder)
        assert [(row.value, row.replaced_by_id) for row in chain(old)] == [(433000, new.id), (412000, None)]
        with pytest.raises(Refused):
            correct_value(old, number=Decimal(1), note="Counted once more.", actor=founder)
        with pytest.raises(Refused):
            set_verified(old, verified=True, actor=founder)


def test_the_database_refuses_two_current_values_of_a_day(tx: Session):
    edition = running()
    with scope.choose(edition.scope):
        startup, founder = make_cohort_startup(edition)
        metric = make_metrics(edition, startup, founder)["CUST_PAY"]
        send(startup, edition, founder, CUST_PAY=3)
        with pytest.raises(IntegrityError), tx.begin_nested():
            add(
                MetricValue(
                    metric_id=metric.id,
                    as_of=this_friday(edition),
                    value=4,
                    entered_by=founder.id,
                    entered_at=clock.now(),
                )
            )
        assert tx.scalar(select(func.count(MetricValue.id))) == 1


def test_verifying_and_taking_it_back(tx: Session):
    edition = running()
    with scope.choose(edition.scope):
        startup, founder = make_cohort_startup(edition)
        staff = make_member(edition, Role.STAFF)
        make_metrics(edition, startup, founder)
        send(startup, edition, founder, CUST_PAY=3)
        [value] = tx.scalars(select(MetricValue))
        set_verified(value, verified=True, actor=staff)
        assert value.status is ValueStatus.VERIFIED
        set_verified(value, verified=False, actor=staff)
        assert value.status is ValueStatus.REPORTED


def test_the_cohort_in_index_points(tx: Session):
    edition = running()
    with scope.choose(edition.scope):
        for last in (10, 12, 20):
            startup, founder = make_cohort_startup(edition)
            make_metrics(edition, startup, founder)
            send(startup, edition, founder, week=-1, USERS_ACT=10)
            send(startup, edition, founder, USERS_ACT=last)
        spreads = cohort_series(edition, "USERS_ACT")
        assert [(spread.n, spread.low, spread.median, spread.high) for spread in spreads] == [
            (3, 100, 100, 100),
            (3, 100, 120, 200),
        ]
        assert cohort_series(edition, "USERS_ACT", smallest=5) == []
    other = running()
    with scope.choose(other.scope):
        assert cohort_series(other, "USERS_ACT") == []


def test_the_response_rate_counts_updates_by_their_day(tx: Session):
    edition = running(weeks=2)
    with scope.choose(edition.scope):
        startup, founder = make_cohort_startup(edition)
        silent, _ = make_cohort_startup(edition)
        make_metrics(edition, startup, founder)
        due = [
            friday
            for friday in (this_friday(edition) + WEEK * week for week in (-2, -1, 0))
            if friday < milestones.today(edition)
        ]
        send(startup, edition, founder, week=-1, EMP_FT=1)
        late = response_rate(edition)
        assert (late.met, late.due) == (0, 2 * len(due))
        [value] = tx.scalars(select(MetricValue))
        value.entered_at = clock.now() - timedelta(days=14)
        tx.flush()
        assert response_rate(edition).met == 1
        first, second = sorted(responses(edition), key=lambda row: row.slug == silent.slug)
        assert (first.sent_this_week, first.last_week, first.missed) == (
            False,
            this_friday(edition) - WEEK,
            len(due) - 1,
        )
        assert (second.last_week, second.missed) == (None, len(due))
