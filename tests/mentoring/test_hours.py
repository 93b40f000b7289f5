"""Hours: what may be entered, recurring hours over the ends of summer time, exceptions, who is in the directory."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accelerator.accounts.models import Role
from accelerator.core import clock, scope
from accelerator.core.errors import Refused
from accelerator.mentoring.models import ExceptionKind, Mentor
from accelerator.mentoring.operations.booking import book
from accelerator.mentoring.operations.hours import add_exception, offer_hours, remove_exception, withdraw_hours
from accelerator.mentoring.operations.mentors import add_mentor, edit_mentor
from accelerator.mentoring.queries import free, mentors
from accelerator.programmes.models import Edition
from tests.factories import make_cohort_startup, make_edition, make_member, make_person
from tests.factories.mentoring import make_mentor


@pytest.fixture
def edition(tx: Any) -> Iterator[Edition]:
    made = make_edition()
    with scope.choose(made.scope), clock.shifted(datetime(2020, 10, 20, tzinfo=UTC) - datetime.now(UTC)):
        yield made


def refusal(call: Any, *args: Any, **values: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as caught:
        call(*args, **values)
    return caught.value.message, caught.value.field


def offer(mentor: Mentor, weekday: int, start: str, end: str) -> Any:
    return offer_hours(
        mentor, weekday=weekday, start=time.fromisoformat(start), end=time.fromisoformat(end), actor=mentor.person
    )


def away(mentor: Mentor, first: date, last: date, **values: Any) -> Any:
    given = {"kind": ExceptionKind.AWAY, "start": None, "end": None, "actor": mentor.person}
    return add_exception(mentor, first=first, last=last, **{**given, **values})


@pytest.mark.parametrize(
    ("zone", "weekday", "days"),
    [
        ("Europe/Tallinn", 2, {date(2020, 10, 21): 6, date(2020, 10, 28): 7, date(2020, 11, 4): 7}),
        ("America/Los_Angeles", 2, {date(2020, 10, 21): 16, date(2020, 10, 28): 16, date(2020, 11, 4): 17}),
        ("Asia/Tokyo", 2, {date(2020, 10, 21): 0, date(2020, 10, 28): 0, date(2020, 11, 4): 0}),
    ],
)
def test_weekly_hours_follow_the_owners_clock(edition: Edition, zone: str, weekday: int, days: dict[date, int]) -> None:
    mentor = make_mentor(edition, hours=(), zone=zone, horizon_days=16)
    offer(mentor, weekday, "09:00", "09:30")
    found = {slot.start_utc.date(): slot.start_utc.hour for slot in free.free_times(mentor)}
    assert found == days
    assert {slot.start_utc.astimezone(ZoneInfo(zone)).hour for slot in free.free_times(mentor)} == {9}


def test_an_hour_shown_twice_can_be_booked_once(edition: Edition) -> None:
    mentor = make_mentor(edition, hours=(), zone="Europe/Tallinn", minutes=60, horizon_days=10)
    offer(mentor, 6, "03:00", "04:00")  # 25 October 2020: 03:00 to 04:00 comes twice in Tallinn
    startup, founder = make_cohort_startup(edition)
    at = datetime(2020, 10, 25, 0, tzinfo=UTC)
    assert [slot.start_utc for slot in free.free_times(mentor)] == [at]
    book(mentor, startup=startup, starts_at=at, purpose="Once.", client_token="t" * 20, actor=founder)
    assert free.free_times(mentor) == []


def test_an_hour_that_is_skipped_is_not_offered(edition: Edition) -> None:
    mentor = make_mentor(edition, hours=(), zone="Europe/Tallinn", minutes=60, horizon_days=10)
    offer(mentor, 6, "03:00", "04:00")
    with clock.shifted(datetime(2021, 3, 22, tzinfo=UTC) - datetime.now(UTC)):
        assert free.free_times(mentor) == []  # 28 March 2021 jumps from 03:00 to 04:00


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("09:03", "10:00", ("Use steps of five minutes, like 07:30.", "start")),
        ("09:00", "10:01", ("Use steps of five minutes, like 07:30.", "end")),
        ("09:00", "09:00", ("The hours end when they start. Enter a later end.", "end")),
        ("11:30", "13:00", ("You already offer part of this time. Remove those hours first.", "start")),
        ("22:00", "10:30", ("You already offer part of this time. Remove those hours first.", "start")),
    ],
)
def test_hours_that_make_no_sense_are_refused(
    edition: Edition, start: str, end: str, expected: tuple[str, str]
) -> None:
    mentor = make_mentor(edition, hours=())
    offer(mentor, 0, "10:00", "12:00")
    weekday = 6 if start == "22:00" else 0  # from Sunday night into Monday's hours
    assert refusal(offer, mentor, weekday, start, end) == expected
    assert len(mentors.weekly_hours(mentor)) == 1


def test_hours_are_taken_back(edition: Edition) -> None:
    mentor = make_mentor(edition, hours=())
    hours = offer(mentor, 0, "10:00", "12:00")
    assert len(free.free_times(mentor)) == 16  # four Mondays
    withdraw_hours(mentor, hours=hours, actor=mentor.person)
    assert free.free_times(mentor) == []


def test_days_away_and_extra_hours(edition: Edition) -> None:
    mentor = make_mentor(edition, hours=(), minutes=60, horizon_days=13)
    offer(mentor, 2, "10:00", "12:00")  # Wednesdays 21 and 28 October
    gone = away(mentor, date(2020, 10, 21), date(2020, 10, 22))
    away(mentor, date(2020, 10, 22), date(2020, 10, 22), kind=ExceptionKind.EXTRA, start=time(15), end=time(16))
    starts = [slot.start_utc for slot in free.free_times(mentor)]
    assert starts == [datetime(2020, 10, *when, tzinfo=UTC) for when in ((22, 15), (28, 10), (28, 11))]
    remove_exception(mentor, exception=gone, actor=mentor.person)
    assert len(free.free_times(mentor)) == 5
    assert [exception.first for exception in mentors.exceptions(mentor)] == [date(2020, 10, 22)]


@pytest.mark.parametrize(
    ("first", "last", "values", "expected"),
    [
        (date(2020, 10, 23), date(2020, 10, 22), {}, ("The last day can't be before the first.", "last")),
        (date(2020, 10, 1), date(2020, 10, 2), {}, ("These days are over.", "first")),
        (date(2020, 10, 23), date(2022, 10, 23), {}, ("Enter a year at most.", "last")),
        (
            date(2020, 10, 23),
            date(2020, 10, 23),
            {"kind": ExceptionKind.EXTRA, "start": time(9)},
            ("Extra hours need a start and an end.", "end"),
        ),
        (
            date(2020, 10, 23),
            date(2020, 10, 23),
            {"kind": ExceptionKind.EXTRA, "start": time(9), "end": time(9, 7)},
            ("Use steps of five minutes, like 07:30.", "end"),
        ),
    ],
)
def test_exceptions_that_make_no_sense_are_refused(
    edition: Edition, first: date, last: date, values: dict[str, Any], expected: tuple[str, str]
) -> None:
    mentor = make_mentor(edition)
    assert refusal(away, mentor, first, last, **values) == expected


def test_only_people_with_the_role_become_mentors_and_once(edition: Edition) -> None:
    staff = make_member(edition, Role.STAFF)
    person = make_member(edition, Role.MENTOR, given_name="Zoë", family_name="Ng-Ōta")
    assert mentors.candidates(edition) == [person]
    mentor = add_mentor(edition, person=person, actor=staff)
    assert (mentor.slug, mentor.languages, mentors.candidates(edition)) == ("zoe-ng-ota", ["en"], [])
    assert refusal(add_mentor, edition, person=person, actor=staff)[0] == "This person is already in the directory."
    assert refusal(add_mentor, edition, person=make_person(), actor=staff)[0] == "Invite this person as a mentor first."
    twin = make_member(edition, Role.MENTOR, given_name="Zoe", family_name="Ng Ota")
    assert add_mentor(edition, person=twin, actor=staff).slug == "zoe-ng-ota-2"


TERMS = {
    "headline": {"en": "A"},
    "bio": {},
    "topics": ["sales"],
    "languages": ["ja"],
    "minutes": 45,
    "buffer_minutes": 10,
    "notice_hours": 24,
    "horizon_days": 14,
    "daily_cap": 3,
    "video_link": None,
}


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("minutes", 7, "Enter a number from 10 to 120."),
        ("minutes", 33, "Use steps of five minutes."),
        ("buffer_minutes", 61, "Enter a number from 0 to 60."),
        ("horizon_days", 0, "Enter a number from 1 to 90."),
        ("video_link", "javascript:alert(1)", "Enter the whole link, beginning with https://."),
    ],
)
def test_terms_out_of_bounds_are_refused(edition: Edition, field: str, value: Any, expected: str) -> None:
    mentor = make_mentor(edition)
    assert refusal(edit_mentor, mentor, **{**TERMS, field: value}, actor=mentor.person) == (expected, field)


def test_terms_are_kept(edition: Edition) -> None:
    mentor = make_mentor(edition)
    edit_mentor(mentor, **TERMS, actor=mentor.person)
    assert {name: getattr(mentor, name) for name in TERMS} == TERMS
    assert free.free_times(mentor)[0].end_utc - free.free_times(mentor)[0].start_utc == timedelta(minutes=45)


def test_the_directory_filters_by_topic_and_language(edition: Edition) -> None:
    one = make_mentor(edition, topics=["sales", "us"], languages=["en", "ja"], family_name="Abe")
    two = make_mentor(edition, topics=["sales"], languages=["en"], family_name="Brown")
    slugs = lambda **wanted: [card.slug for card in mentors.mentor_page(edition, **wanted).rows]  # noqa: E731
    assert slugs() == [one.slug, two.slug]
    assert slugs(topic="us") == slugs(language="ja") == [one.slug]
    assert slugs(topic="us", language="fr") == []
    assert mentors.mentor_page(edition).rows[0].next_free == free.free_times(one)[0].start_utc


def test_the_cohorts_zones(edition: Edition) -> None:
    for zone in ("Asia/Tokyo", "Europe/Tallinn", "Europe/Tallinn"):
        _, founder = make_cohort_startup(edition)
        founder.zone = zone
    found = mentors.cohort_zones(edition)
    assert [tuple(one) for one in found] == [("Europe/Tallinn", 2), ("Asia/Tokyo", 1)]
