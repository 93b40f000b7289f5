from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event, Timezone

from accelerator.core.calendar import date_to_keep, invitation

STAMP = datetime(2020, 10, 1, 8, 30, tzinfo=UTC)
START = datetime(2020, 10, 15, 14, 30, tzinfo=UTC)


def written(**changes: Any) -> bytes:
    start = changes.get("start", START)
    given: dict[str, Any] = {
        "uid": "session-S-0211@funade.example",
        "sequence": 0,
        "method": "REQUEST",
        "stamp": STAMP,
        "start": start,
        "end": start + timedelta(minutes=30),
        "zone": "Europe/Tallinn",
        "summary": "Session: Kurage Health with Maya Okafor",
        "description": "Pricing.\nBring the last invoice.",
        "location": "https://meet.example/abc",
        "organizer": ("Kobe 2020", "team@funade.example"),
        "attendees": [("Maya Okafor", "maya@mentors.example"), ("森田 葵", "aoi@kurage.example")],
    }
    return invitation(**given | changes)


def read(ics: bytes) -> tuple[Calendar, Event]:
    calendar = Calendar.from_ical(ics.decode())
    assert isinstance(calendar, Calendar)
    (event,) = calendar.events
    return calendar, event


def dates(rule: Any) -> list[Any]:
    """The further clock changes that one rule lists."""
    listed = rule.get("rdate", [])
    return [day for group in (listed if isinstance(listed, list) else [listed]) for day in group.dts]


def properties(ics: bytes) -> list[str]:
    """Names of all properties, folded lines joined."""
    lines = ics.decode().replace("\r\n ", "").split("\r\n")
    return [line.replace(";", ":").split(":", 1)[0] for line in lines if line]


def test_a_request_reads_back_as_it_was_given() -> None:
    calendar, event = read(written(url="https://funade.example/sessions/S-0211"))
    assert (str(calendar["method"]), str(calendar["version"])) == ("REQUEST", "2.0")
    assert str(event["uid"]) == "session-S-0211@funade.example"
    assert (event["sequence"], str(event["status"])) == (0, "CONFIRMED")
    assert str(event["summary"]) == "Session: Kurage Health with Maya Okafor"
    assert str(event["description"]) == "Pricing.\nBring the last invoice."
    assert str(event["location"]) == "https://meet.example/abc"
    assert str(event["url"]) == "https://funade.example/sessions/S-0211"
    assert (event["dtstamp"].dt, event["last-modified"].dt) == (STAMP, STAMP)
    assert (event.start, event.end) == (START, START + timedelta(minutes=30))


def test_people_carry_their_names_and_are_asked_to_answer() -> None:
    _, event = read(written())
    assert (str(event["organizer"]), event["organizer"].params["CN"]) == ("mailto:team@funade.example", "Kobe 2020")
    assert [(str(one), one.params["CN"], one.params["PARTSTAT"], one.params["RSVP"]) for one in event["attendee"]] == [
        ("mailto:maya@mentors.example", "Maya Okafor", "NEEDS-ACTION", "TRUE"),
        ("mailto:aoi@kurage.example", "森田 葵", "NEEDS-ACTION", "TRUE"),
    ]


def test_a_cancellation_keeps_the_uid_and_asks_nothing() -> None:
    calendar, event = read(written(method="CANCEL", sequence=3))
    assert (str(calendar["method"]), str(event["status"]), event["sequence"]) == ("CANCEL", "CANCELLED", 3)
    assert str(event["uid"]) == "session-S-0211@funade.example"
    assert [sorted(one.params) for one in event["attendee"]] == [["CN", "CUTYPE", "ROLE"]] * 2


def test_the_same_event_gives_the_same_bytes() -> None:
    assert written() == written()


def test_times_are_on_the_wall_clock_of_the_zone_with_its_rules() -> None:
    calendar, event = read(written())
    assert event["dtstart"].params["TZID"] == "Europe/Tallinn"
    assert event["dtstart"].to_ical() == b"20201015T173000"
    (zone,) = calendar.timezones
    assert isinstance(zone, Timezone)
    assert zone.tz_name == "Europe/Tallinn"
    rules = [*zone.standard, *zone.daylight]
    changes = {part["dtstart"].dt for part in rules} | {day.dt for part in rules for day in dates(part)}
    assert sorted(change for change in changes if change.year == 2020) == [
        datetime(2020, 3, 29, 4),
        datetime(2020, 10, 25, 4),
    ]


@pytest.mark.parametrize("zone", ["Europe/Tallinn", "America/Los_Angeles", "Asia/Tokyo", "UTC", "Asia/Kolkata"])
@pytest.mark.parametrize(
    "start",
    [
        datetime(2020, 10, 24, 23, 45, tzinfo=UTC),  # spans the European change at 01:00 UTC
        datetime(2020, 10, 25, 0, 30, tzinfo=UTC),  # 03:30 in Tallinn, the first time
        datetime(2020, 10, 25, 1, 30, tzinfo=UTC),  # 03:30 in Tallinn, the second time
        datetime(2020, 10, 25, 12, 0, tzinfo=UTC),
        datetime(2020, 11, 1, 8, 30, tzinfo=UTC),  # 01:30 in Los Angeles, the first time
        datetime(2020, 11, 1, 9, 30, tzinfo=UTC),  # and the second
        datetime(2021, 3, 28, 1, 30, tzinfo=UTC),
    ],
)
def test_instants_survive_clock_changes(zone: str, start: datetime) -> None:
    _, event = read(written(zone=zone, start=start, end=start + timedelta(minutes=90)))
    assert [event[name].dt.astimezone(UTC) for name in ("dtstart", "dtend")] == [start, start + timedelta(minutes=90)]
    # A calendar takes a repeated hour for its first occurrence; only UTC says the second.
    forms = {bool(event[name].params.get("TZID")) for name in ("dtstart", "dtend")}
    folded = any(moment.astimezone(ZoneInfo(zone)).fold for moment in (start, start + timedelta(minutes=90)))
    assert forms == {not folded and zone != "UTC"}


def test_lines_end_in_crlf_and_fold_at_75_octets_between_characters() -> None:
    ics = written(summary="神戸のスタートアップ支援プログラムにおける長い件名" * 5)
    lines = ics.split(b"\r\n")
    assert ics.replace(b"\r\n", b"").count(b"\n") == 0
    assert [line for line in lines if len(line) > 75] == []
    assert [line.decode() for line in lines] == ics.decode().split("\r\n")
    assert str(read(ics)[1]["summary"]) == "神戸のスタートアップ支援プログラムにおける長い件名" * 5


ATTACKS = [
    "x\r\nATTENDEE:mailto:evil@evil.example",
    "x\nBEGIN:VALARM\nACTION:AUDIO",
    "x\rSUMMARY:other",
    'x";CN="y":mailto:evil@evil.example',
    "x;DELEGATED-TO=evil:y,z\\",
    "x\x00\x07\x85\u2028ATTENDEE:mailto:evil@evil.example",
    "x^nATTENDEE:mailto:evil",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_adds_a_property_or_a_person(attack: str) -> None:
    expected = properties(written(url="https://x.example/"))
    ics = written(
        uid=attack,
        summary=attack,
        description=attack,
        location=attack,
        organizer=(attack, attack),
        attendees=[(attack, attack), ("Maya", "maya@mentors.example")],
        url="https://x.example/" + attack,
    )
    assert properties(ics) == expected
    calendar, event = read(ics)
    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE", "VEVENT"]
    assert event.subcomponents == []
    assert len(event["attendee"]) == 2
    assert str(event["attendee"][1]) == "mailto:maya@mentors.example"
    assert {name for one in event["attendee"] for name in one.params} == {"CN", "CUTYPE", "ROLE", "PARTSTAT", "RSVP"}


def test_empty_texts_are_left_out() -> None:
    _, event = read(written(description=" \n", location="", organizer=(" ", "team@funade.example"), attendees=[]))
    assert {"DESCRIPTION", "LOCATION", "ATTENDEE", "URL"} & set(event) == set()
    assert dict(event["organizer"].params) == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"start": datetime(2020, 10, 15, 14, 30)},
        {"stamp": datetime(2020, 10, 15, 14, 30)},
        {"end": START},
        {"url": "javascript:alert(1)"},
    ],
)
def test_what_makes_no_sense_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"zone|end|address"):
        written(**changes)


def test_a_date_to_keep_takes_no_time_invites_nobody_and_reminds() -> None:
    kept = date_to_keep(
        uid="call-1@funade",
        stamp=STAMP,
        start=START,
        end=START + timedelta(minutes=30),
        zone="Asia/Tokyo",
        summary="Call closes: Kobe\r\nATTENDEE:mailto:x@example.org",
        description="Send it before.",
        url="https://funade.example/calls/kobe",
        ahead=(timedelta(days=1), timedelta(hours=2)),
    )
    calendar = Calendar.from_ical(kept)
    [event] = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["TRANSP"], "ATTENDEE" in event, "ORGANIZER" in event) == (
        "PUBLISH",
        "TRANSPARENT",
        False,
        False,
    )
    assert [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")] == [-timedelta(days=1), -timedelta(hours=2)]
    assert (event["DTSTART"].dt, event["URL"]) == (
        START.astimezone(ZoneInfo("Asia/Tokyo")),
        "https://funade.example/calls/kobe",
    )
    with pytest.raises(ValueError, match="after the start"):
        date_to_keep(uid="1", stamp=STAMP, start=START, end=START, zone="UTC", summary="", description="", url="")
