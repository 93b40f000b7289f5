"""The times nearest to a wish are found without looking through the whole horizon, and are the same ones."""

import random
from datetime import UTC, datetime, time, timedelta

import pytest

from accelerator.mentoring.diary import Diary, nearest
from accelerator.mentoring.slots import Busy, WeeklyHours

NOW = datetime(2020, 10, 8, 3, 20, tzinfo=UTC)  # clocks change in Tallinn on the 25th and in Los Angeles on 1 November


@pytest.mark.parametrize("seed", range(12))
def test_the_nearest_times_are_those_of_all_times(seed: int) -> None:
    dice = random.Random(seed)
    zone = dice.choice(["Europe/Tallinn", "America/Los_Angeles", "Asia/Tokyo", "Asia/Kathmandu"])
    hours = [
        WeeklyHours(day, time(8), time(dice.choice([9, 12, 20])))
        for day in dice.sample(range(7), dice.choice([1, 2, 5]))
    ]
    taken = [NOW + timedelta(hours=dice.randrange(700)) for _ in range(dice.choice([0, 30]))]
    diary = Diary(
        zone=zone,
        length=timedelta(minutes=30),
        buffer=timedelta(minutes=5),
        notice=timedelta(hours=12),
        horizon=timedelta(days=28),
        daily_cap=6,
        paused=False,
        hours=hours,
        busy=[Busy(at, at + timedelta(hours=1)) for at in taken],
    )
    others = [Busy(at + timedelta(hours=3), at + timedelta(hours=5)) for at in taken[:5]]
    free = diary.free(NOW, others)
    wishes = [NOW + timedelta(minutes=dice.randrange(-3000, 45_000)) for _ in range(60)]
    assert [diary.nearest(at, NOW, others) for at in wishes] == [nearest(free, at) for at in wishes]
    assert len(free) > 3


def test_who_is_never_free_has_nothing_near() -> None:
    none = Diary(
        zone="Asia/Tokyo",
        length=timedelta(minutes=30),
        buffer=timedelta(),
        notice=timedelta(),
        horizon=timedelta(days=90),
        daily_cap=6,
        paused=False,
    )
    assert none.nearest(NOW, NOW) == []
