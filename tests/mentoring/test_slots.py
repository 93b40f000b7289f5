"""Availability: every hour of a rule becomes the right instant, on the days when the clock changes too."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accelerator.mentoring.slots import (
    Busy,
    ClockChange,
    DatedException,
    Slot,
    WeeklyHours,
    clock_changes,
    free_slots,
    is_antisocial,
    part_of_day,
    ticks,
)

HOUR, HALF, NONE = timedelta(hours=1), timedelta(minutes=30), timedelta(0)
LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)
MONDAY = date(2020, 10, 5)
EU_END, US_END = date(2020, 10, 25), date(2020, 11, 1)
EU_START, US_START = date(2020, 3, 29), date(2020, 3, 8)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def slots(hours: list[WeeklyHours], exceptions: list[DatedException] | None = None, **given: Any) -> list[Slot]:
    wanted = {
        "zone": "Asia/Tokyo",
        "busy": [],
        "first": MONDAY,
        "last": MONDAY,
        "length": HOUR,
        "step": HOUR,
        "notice_until": LONG_AGO,
        "buffer": NONE,
        "daily_cap": None,
    }
    return free_slots(hours, exceptions or [], **(wanted | given))


def shown(found: list[Slot], zone: str = "Asia/Tokyo") -> list[str]:
    return [slot.start_utc.astimezone(ZoneInfo(zone)).strftime("%a %H:%M") for slot in found]


def on(day: date, start: int | str, end: int | str) -> WeeklyHours:
    return WeeklyHours(day.weekday(), clock(start), clock(end))


def clock(when: int | str) -> time:
    return time(when) if isinstance(when, int) else time.fromisoformat(when)


def test_hours_become_instants_in_utc() -> None:
    assert slots([on(MONDAY, 9, 11)]) == [
        Slot(at("2020-10-05 00:00"), at("2020-10-05 01:00")),
        Slot(at("2020-10-05 01:00"), at("2020-10-05 02:00")),
    ]


def test_hours_hold_on_their_weekday_only() -> None:
    found = slots([on(MONDAY, 9, 10), WeeklyHours(2, time(14), time(15))], last=MONDAY + timedelta(days=8))
    assert shown(found) == ["Mon 09:00", "Wed 14:00", "Mon 09:00"]


def test_slots_end_within_the_hours() -> None:
    assert shown(slots([on(MONDAY, 9, "11:30")])) == ["Mon 09:00", "Mon 10:00"]
    found = slots([on(MONDAY, 9, "10:30")], length=timedelta(minutes=45), step=timedelta(minutes=15))
    assert shown(found) == ["Mon 09:00", "Mon 09:15", "Mon 09:30", "Mon 09:45"]


def test_kobe_autumn_in_europe_keeps_local_hours_and_shifts_the_instant() -> None:
    found = slots([on(EU_END, 9, 10)], zone="Europe/London", first=EU_END - timedelta(days=7), last=EU_END)
    assert [slot.start_utc for slot in found] == [at("2020-10-18 08:00"), at("2020-10-25 09:00")]


def test_kobe_autumn_in_america_keeps_local_hours_and_shifts_the_instant() -> None:
    found = slots([on(US_END, 17, 18)], zone="America/New_York", first=US_END - timedelta(days=7), last=US_END)
    assert [slot.start_utc for slot in found] == [at("2020-10-25 21:00"), at("2020-11-01 22:00")]


@pytest.mark.parametrize(
    ("day", "zone", "starts"),
    [
        # The hour shown twice is offered at its first showing, which is still summer time.
        (EU_END, "Europe/Paris", ["2020-10-24 23:00", "2020-10-25 00:00", "2020-10-25 02:00"]),
        (US_END, "America/Los_Angeles", ["2020-11-01 08:00", "2020-11-01 10:00", "2020-11-01 11:00"]),
    ],
)
def test_repeated_hour_is_offered_once(day: date, zone: str, starts: list[str]) -> None:
    window = on(day, 1, 4)
    found = slots([window], zone=zone, first=day, last=day)
    assert [slot.start_utc for slot in found] == [at(start) for start in starts]
    assert shown(found, zone) == ["Sun 01:00", "Sun 02:00", "Sun 03:00"]


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        (EU_START, "Europe/Paris", ["Sun 01:00", "Sun 01:30", "Sun 03:00", "Sun 03:30"]),
        (US_START, "America/New_York", ["Sun 01:00", "Sun 01:30", "Sun 03:00", "Sun 03:30"]),
    ],
)
def test_skipped_hour_is_not_offered(day: date, zone: str, expected: list[str]) -> None:
    found = slots([on(day, 1, 4)], zone=zone, first=day, last=day, length=HALF, step=HALF)
    assert shown(found, zone) == expected
    assert [later.start_utc - slot.start_utc for slot, later in pairwise(found)] == [HALF] * 3


def test_slots_stay_a_step_apart_when_the_clock_jumps() -> None:
    step = timedelta(minutes=45)
    found = slots([on(EU_START, 0, 6)], zone="Europe/Paris", first=EU_START, last=EU_START, length=step, step=step)
    # 01:30 lasts until 03:15 by the new clock, so 03:00 is left out.
    assert shown(found, "Europe/Paris") == [
        "Sun 00:00",
        "Sun 00:45",
        "Sun 01:30",
        "Sun 03:45",
        "Sun 04:30",
        "Sun 05:15",
    ]


def test_hours_that_end_in_the_gap_end_when_the_clock_jumps() -> None:
    found = slots(
        [on(EU_START, 1, "02:30")], zone="Europe/Paris", first=EU_START, last=EU_START, length=HALF, step=HALF
    )
    assert shown(found, "Europe/Paris") == ["Sun 01:00", "Sun 01:30"]


def test_hours_that_lie_in_the_gap_vanish_for_that_day() -> None:
    week = timedelta(days=7)
    found = slots([on(EU_START, 2, 3)], zone="Europe/Paris", first=EU_START - week, last=EU_START + week)
    assert [slot.start_utc for slot in found] == [at("2020-03-22 01:00"), at("2020-04-05 00:00")]


def test_half_hour_change_of_lord_howe() -> None:
    day = date(2020, 4, 5)
    found = slots([on(day, 1, 3)], zone="Australia/Lord_Howe", first=day, last=day, length=HALF, step=HALF)
    assert shown(found, "Australia/Lord_Howe") == ["Sun 01:00", "Sun 01:30", "Sun 02:00", "Sun 02:30"]
    assert found[1].end_utc + HALF == found[2].start_utc


def test_a_day_that_the_calendar_skipped_has_no_slots() -> None:
    # Samoa went from Thursday to Saturday at the end of 2011.
    friday = date(2011, 12, 30)
    round_the_clock = [WeeklyHours(day, time(0), time(0)) for day in range(7)]
    assert slots(round_the_clock, zone="Pacific/Apia", first=friday, last=friday) == []
    assert len(slots(round_the_clock, zone="Pacific/Apia", first=friday, last=friday + timedelta(days=1))) == 24


def test_overnight_hours_belong_to_both_days() -> None:
    late = on(MONDAY, 22, 2)
    assert shown(slots([late])) == ["Mon 22:00", "Mon 23:00"]
    tuesday = MONDAY + timedelta(days=1)
    assert shown(slots([late], first=tuesday, last=tuesday)) == ["Tue 00:00", "Tue 01:00"]
    assert shown(slots([late], last=tuesday, length=2 * HOUR)) == ["Mon 22:00", "Mon 23:00", "Tue 00:00"]


def test_midnight_to_midnight_is_the_whole_day() -> None:
    assert len(slots([on(MONDAY, 0, 0)])) == 24
    assert shown(slots([on(MONDAY, 22, 0)])) == ["Mon 22:00", "Mon 23:00"]


def test_slots_round_the_clock_do_not_depend_on_the_first_day() -> None:
    always = [WeeklyHours(day, time(0), time(0)) for day in range(7)]
    fifty = timedelta(minutes=50)
    week = slots(always, last=MONDAY + timedelta(days=6), length=fifty, step=fifty)
    sunday = slots(always, first=MONDAY + timedelta(days=6), last=MONDAY + timedelta(days=6), length=fifty, step=fifty)
    assert week[-len(sunday) :] == sunday
    assert len(sunday) == 28


def test_overlapping_and_adjoining_hours_are_one() -> None:
    assert shown(slots([on(MONDAY, 9, 11), on(MONDAY, 10, 12), on(MONDAY, 12, 13)], length=2 * HOUR)) == [
        "Mon 09:00",
        "Mon 10:00",
        "Mon 11:00",
    ]


def test_away_removes_days_and_extra_adds_hours_even_there() -> None:
    hours = [WeeklyHours(day, time(9), time(10)) for day in range(5)]
    away = DatedException(MONDAY + timedelta(days=1), MONDAY + timedelta(days=3), "away")
    extra = DatedException(MONDAY + timedelta(days=2), MONDAY + timedelta(days=2), "extra", time(15), time(16))
    found = slots(hours, [away, extra], last=MONDAY + timedelta(days=6))
    assert shown(found) == ["Mon 09:00", "Wed 15:00", "Fri 09:00"]


def test_away_cuts_overnight_hours_at_midnight() -> None:
    tuesday = MONDAY + timedelta(days=1)
    late = [on(MONDAY, 22, 2)]
    assert shown(slots(late, [DatedException(MONDAY, MONDAY, "away")], last=tuesday)) == ["Tue 00:00", "Tue 01:00"]
    assert shown(slots(late, [DatedException(tuesday, tuesday, "away")], last=tuesday)) == ["Mon 22:00", "Mon 23:00"]


def test_busy_times_and_their_buffer_are_left_free() -> None:
    busy = [Busy(at("2020-10-05 02:00"), at("2020-10-05 02:30"))]
    assert shown(slots([on(MONDAY, 9, 14)], busy=busy)) == ["Mon 09:00", "Mon 10:00", "Mon 12:00", "Mon 13:00"]
    assert shown(slots([on(MONDAY, 9, 14)], busy=busy, buffer=HALF)) == ["Mon 09:00", "Mon 12:00", "Mon 13:00"]
    longer = timedelta(minutes=35)
    assert shown(slots([on(MONDAY, 9, 14)], busy=busy, buffer=longer)) == ["Mon 09:00", "Mon 13:00"]


def test_notice_is_kept_to_the_minute() -> None:
    assert shown(slots([on(MONDAY, 9, 12)], notice_until=at("2020-10-05 01:00"))) == ["Mon 10:00", "Mon 11:00"]
    assert shown(slots([on(MONDAY, 9, 12)], notice_until=at("2020-10-05 01:01"))) == ["Mon 11:00"]


def test_daily_cap_counts_meetings_of_the_local_day() -> None:
    # 23:30 UTC on Sunday is Monday morning in Tokyo.
    meeting = Busy(at("2020-10-04 23:30"), at("2020-10-05 00:00"))
    outside = Busy(at("2020-10-05 05:00"), at("2020-10-05 06:00"), meeting=False)
    hours = [on(MONDAY, 9, 11), on(MONDAY + timedelta(days=1), 9, 10)]
    given = {"busy": [meeting, outside], "last": MONDAY + timedelta(days=1)}
    assert shown(slots(hours, daily_cap=2, **given)) == ["Mon 09:00", "Mon 10:00", "Tue 09:00"]
    assert shown(slots(hours, daily_cap=1, **given)) == ["Tue 09:00"]
    assert slots(hours, daily_cap=0, **given) == []


ZONES = ["Asia/Tokyo", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "Africa/Cairo"]
marks = st.integers(0, 287).map(lambda tick: time(tick // 12, tick % 12 * 5))


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 6), marks, marks).filter(lambda one: one[1] != one[2]), min_size=1, max_size=4),
    st.sampled_from(ZONES),
    st.sampled_from([EU_END, US_END, EU_START, US_START, date(2020, 4, 5), date(2023, 4, 28)]),
    st.integers(1, 24),
    st.integers(1, 24),
)
def test_every_slot_keeps_the_rules(
    rules: list[tuple[int, time, time]], zone: str, middle: date, length: int, step: int
) -> None:
    hours = [WeeklyHours(*rule) for rule in rules]
    first, last = middle - timedelta(days=2), middle + timedelta(days=2)
    span, gap = length * timedelta(minutes=5), step * timedelta(minutes=5)
    found = slots(hours, zone=zone, first=first, last=last, length=span, step=gap)
    assert found == sorted(set(found))
    for slot in found:
        assert slot.end_utc - slot.start_utc == span
        local = slot.start_utc.astimezone(ZoneInfo(zone))
        assert first <= local.date() <= last
        assert local.fold == 0
        assert any(_inside(local.replace(tzinfo=None), rule) for rule in hours)
    # Asking day by day gives the same slots, unless hours overlap across midnight and so share one grid.
    if all(start < end for _, start, end in rules):
        days = [first + timedelta(days=count) for count in range(5)]
        alone = [slot for day in days for slot in slots(hours, zone=zone, first=day, last=day, length=span, step=gap)]
        assert alone == found


def _inside(local: datetime, rule: WeeklyHours) -> bool:
    if rule.start < rule.end:
        return local.weekday() == rule.weekday and rule.start <= local.time() < rule.end
    evening = local.weekday() == rule.weekday and local.time() >= rule.start
    return evening or (local.weekday() == (rule.weekday + 1) % 7 and local.time() < rule.end)


def test_ticks_cover_the_meeting_and_its_buffer() -> None:
    start = at("1970-01-01 01:00")
    assert ticks(start, start + HALF, NONE) == range(12, 18)
    assert ticks(start, start + HALF, timedelta(minutes=10)) == range(12, 20)
    assert ticks(start + timedelta(minutes=2), start + timedelta(minutes=31), NONE) == range(12, 19)
    assert ticks(at("2020-11-12 05:00"), at("2020-11-12 05:30"), NONE).start == 1605157200 // 300
    tokyo = datetime(2020, 11, 12, 14, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert ticks(tokyo, tokyo + HALF, NONE) == ticks(at("2020-11-12 05:00"), at("2020-11-12 05:30"), NONE)


def test_meetings_end_to_end_share_no_tick() -> None:
    start = at("2020-11-12 05:00")
    assert set(ticks(start, start + HALF, NONE)) & set(ticks(start + HALF, start + HOUR, NONE)) == set()


@pytest.mark.parametrize("buffer", [NONE, timedelta(minutes=10), HALF])
def test_what_is_offered_beside_a_meeting_is_what_its_ticks_leave(buffer: timedelta) -> None:
    meeting = Slot(at("2020-10-05 02:00"), at("2020-10-05 02:30"))
    given = {"length": HALF, "step": timedelta(minutes=5), "buffer": buffer}
    claimed = set(ticks(*meeting, buffer))
    open_day = slots([on(MONDAY, 9, 14)], **given)
    fitting = [slot for slot in open_day if not claimed & set(ticks(*slot, buffer))]
    assert slots([on(MONDAY, 9, 14)], busy=[Busy(*meeting)], **given) == fitting
    assert 0 < len(fitting) < len(open_day)


def test_a_meeting_of_no_length_has_no_ticks() -> None:
    with pytest.raises(ValueError, match=r"^The meeting ends before it starts\.$"):
        ticks(LONG_AGO, LONG_AGO, NONE)


@pytest.mark.parametrize(
    ("clock", "part", "antisocial"),
    [
        ("00:00", "night", True),
        ("06:59", "night", True),
        ("07:00", "morning", False),
        ("11:59", "morning", False),
        ("12:00", "afternoon", False),
        ("17:59", "afternoon", False),
        ("18:00", "evening", False),
        ("21:59", "evening", False),
        ("22:00", "night", True),
    ],
)
def test_parts_of_the_day(clock: str, part: str, antisocial: bool) -> None:
    local = datetime.fromisoformat(f"2020-11-12 {clock}").replace(tzinfo=ZoneInfo("Asia/Tokyo"))
    assert (part_of_day(local), is_antisocial(local)) == (part, antisocial)


def test_clock_changes_of_the_kobe_programme() -> None:
    autumn = (date(2020, 9, 1), date(2020, 11, 12))
    assert clock_changes("Asia/Tokyo", *autumn) == []
    assert clock_changes("Europe/London", *autumn) == [(EU_END, HOUR, NONE)]
    assert clock_changes("America/Los_Angeles", *autumn) == [ClockChange(US_END, -7 * HOUR, -8 * HOUR)]
    assert clock_changes("Europe/London", EU_END, EU_END) == [(EU_END, HOUR, NONE)]
    assert clock_changes("Europe/London", EU_END + timedelta(days=1), US_END) == []
    assert clock_changes("Europe/London", US_END, EU_END) == []


def test_clock_changes_at_midnight_and_far_from_greenwich() -> None:
    year = (date(2020, 1, 1), date(2020, 12, 31))
    assert [change.day for change in clock_changes("Pacific/Auckland", *year)] == [date(2020, 4, 5), date(2020, 9, 27)]
    # Clocks in Havana go from 24:00 on Saturday to 01:00 on Sunday.
    assert [change.day for change in clock_changes("America/Havana", *year)] == [date(2020, 3, 8), date(2020, 11, 1)]
    assert clock_changes("Pacific/Apia", date(2011, 12, 25), date(2011, 12, 31)) == [
        (date(2011, 12, 30), -10 * HOUR, 14 * HOUR)
    ]


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "Europe", "Asia/Tokyo\0"])
def test_unknown_zones_are_refused(zone: str) -> None:
    with pytest.raises(ValueError, match=r"^The time zone .* is unknown\.$"):
        slots([on(MONDAY, 9, 10)], zone=zone)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"last": MONDAY - timedelta(days=1)}, "The last day 2020-10-04 is before the first day 2020-10-05."),
        ({"length": NONE}, "The length 0:00:00 is not a multiple of 5 minutes, or too short."),
        ({"step": timedelta(minutes=7)}, "The step 0:07:00 is not a multiple of 5 minutes, or too short."),
        ({"buffer": -HOUR}, "The buffer -1 day, 23:00:00 is not a multiple of 5 minutes, or too short."),
        ({"daily_cap": -1}, "The daily cap must not be negative."),
        ({"notice_until": datetime(2020, 1, 1)}, "The notice must be an instant with a zone."),
    ],
)
def test_senseless_requests_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        slots([on(MONDAY, 9, 10)], **given)


@pytest.mark.parametrize(
    ("weekday", "start", "end", "message"),
    [
        (7, time(9), time(10), r"The weekday 7 is not 0 \(Monday\) to 6 \(Sunday\)."),
        (0, time(9), time(9), "Hours from 09:00 to 09:00 have no length."),
        (0, time(9, 2), time(10), "The time 09:02:00 is not a multiple of 5 minutes."),
        (0, time(9, tzinfo=UTC), time(10), "Hours are local times without a zone of their own."),
    ],
)
def test_senseless_hours_are_refused(weekday: int, start: time, end: time, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        WeeklyHours(weekday, start, end)


@pytest.mark.parametrize(
    ("end", "kind", "start_time", "message"),
    [
        (MONDAY - timedelta(days=1), "away", None, "The exception ends on 2020-10-04, before it starts on 2020-10-05."),
        (MONDAY, "away", time(9), "Being away is for whole days and has no times."),
        (MONDAY, "extra", None, "Extra hours need a start and an end."),
        (MONDAY, "extra", time(10), "Hours from 10:00 to 10:00 have no length."),
    ],
)
def test_senseless_exceptions_are_refused(end: date, kind: Any, start_time: time | None, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        DatedException(MONDAY, end, kind, start_time, time(10) if kind == "extra" else None)
