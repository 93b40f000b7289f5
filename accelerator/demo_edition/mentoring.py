"""Mentors, their weekly hours and the sessions of the cohort, each within hours that both sides keep. Synthetic."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from accelerator.core.db import add, session
from accelerator.demo_edition.cast import MENTORS
from accelerator.demo_edition.facts import SEED, tokyo
from accelerator.demo_edition.intake import AppliedFirm
from accelerator.demo_edition.moments import Moment, at
from accelerator.mentoring.models import (
    AgreedAction,
    Claim,
    Mentor,
    Session,
    SessionLog,
    SessionState,
    Side,
    WeeklyHours,
)
from accelerator.mentoring.queries import free as free_queries
from accelerator.mentoring.queries.free import mentor_party, startup_party
from accelerator.mentoring.slots import Busy, Slot, ticks
from accelerator.mentoring.turnout import ANSWERS, NOBODY_KNOWS, Attendance
from accelerator.programmes.models import Edition

WEEKS = 8  # 7 September to 30 October
ABSENT = ("no_startup", "no_startup", "no_mentor")  # who misses a session that does not take place
PURPOSES = (
    "Which of the two prices to test first",
    "How to ask a hospital for a pilot",
    "The first three minutes of the pitch",
    "Whom to hire next",
    "What the numbers of this week say",
    "Entering Japan: whom to meet first",
)
LEARNED = (
    "Agreed to test one price with five customers before the next session.",
    "The pilot needs one named person on the other side. Two names were found.",
    "Cut the pitch to the problem, the number and the ask.",
    "The metric to watch is weekly use, not sign-ups.",
)
ACTIONS = (
    "Send the two price sheets",
    "Ask the ward manager for three names",
    "Rewrite the second slide without the diagram",
)


def make_mentors(edition: Edition, people: dict[str, int]) -> list[Mentor]:
    """The mentors with two evenings and one morning a week, in their own zones; an American morning is night in Kobe."""
    mentors = []
    for number, part in enumerate(MENTORS):
        third = (time(16), time(20)) if part.zone.startswith("America/") else (time(8), time(11))
        mentor = add(
            Mentor(
                edition_id=edition.id,
                person_id=people[part.email],
                headline=dict(part.about),
                bio=dict(part.about),
                slug=f"{part.given}-{part.family}".lower(),
                topics=list(part.expertise),
                languages=["en", "ja"] if part.language == "ja" else ["en"],
                video_link="https://meet.example/kobe",
            )
        )
        session().execute(
            insert(WeeklyHours),
            [
                {"mentor_id": mentor.id, "weekday": (number + step * 2) % 5, "start": start, "end": end}
                for step, (start, end) in enumerate(((time(17), time(21)), (time(18), time(22)), third))
            ],
        )
        mentors.append(mentor)
    return mentors


def make_sessions(
    edition: Edition, moment: Moment, cohort: list[AppliedFirm], mentors: list[Mentor], people: dict[str, int]
) -> None:
    """About one session per startup and week: held ones with notes up to the moment, booked ones in the week after."""
    person_of = {mentor.id: mentor.person_id for mentor in mentors}
    numbers = iter(range(1, 10_000))
    for week in range(WEEKS):
        monday = tokyo("2020-09-07 00:00") + timedelta(weeks=week)
        if monday > moment.at + timedelta(days=7):
            break
        rows = _week(edition, monday, week, cohort, mentors)
        stored = [
            row | {"reference": f"S-{next(numbers):04}"}
            for row in rows
            if row["starts_at"] < moment.at + timedelta(days=8)
        ]
        _store(stored, moment, person_of)


def _dice(subject: str, row: dict[str, Any]) -> Random:
    """Chance that falls the same way at every moment: what was once held was held as it was."""
    return Random(f"{SEED} {subject} {row['startup_id']} {row['starts_at'].timestamp():.0f}")


def _week(
    edition: Edition, monday: datetime, week: int, cohort: list[AppliedFirm], mentors: list[Mentor]
) -> list[dict[str, Any]]:
    rows = []
    with at(edition, monday - timedelta(days=2)):
        # Claims hold for persons, and these sit in an edition of every moment: each moment starts from empty weeks.
        diaries = {mentor.id: replace(free_queries.diary(mentor), busy=()) for mentor in mentors}
    now = monday - timedelta(days=1)
    taken: dict[int, list[Busy]] = {number: [] for number in diaries}
    for index, firm in enumerate(cohort):
        mentor_id = mentors[(index * 5 + week * 7) % len(mentors)].id
        diary = diaries[mentor_id]
        zone = ZoneInfo(firm.applicant.zone)
        free = [
            slot
            for slot in diary.free(now, taken[mentor_id])
            if slot.start_utc < monday + timedelta(days=5)
            and 7 <= slot.start_utc.astimezone(zone).hour < 22
            and not any(
                busy.start - timedelta(minutes=10) < slot.end_utc and busy.end + timedelta(minutes=10) > slot.start_utc
                for busy in taken[mentor_id]
            )
        ]
        if not free:
            continue  # hours that suit nobody: it happens with partners twelve zones away
        slot = Random(f"{SEED} session {firm.startup_id} {week}").choice(free)
        taken[mentor_id].append(Busy(slot.start_utc, slot.end_utc))
        rows.append(_row(edition, firm, mentor_id, slot))
    return rows


def _row(edition: Edition, firm: AppliedFirm, mentor_id: int, slot: Slot) -> dict[str, Any]:
    row: dict[str, Any] = {
        "edition_id": edition.id,
        "mentor_id": mentor_id,
        "startup_id": firm.startup_id,
        "starts_at": slot.start_utc,
        "ends_at": slot.end_utc,
        "video_link": "https://meet.example/kobe",
        "uid": f"{edition.slug}-{firm.startup_id}-{int(slot.start_utc.timestamp())}@demo.example",
        "sequence": 0,
        "reason": "",
        "booked_by": firm.person_id,
        "booked_at": slot.start_utc - timedelta(days=3),
    }
    return row | {"purpose": _dice("purpose", row).choice(PURPOSES)}


def _store(rows: list[dict[str, Any]], moment: Moment, person_of: dict[int, int]) -> None:
    if not rows:
        return
    now = moment.at.astimezone(UTC)
    for row in rows:
        past = row["ends_at"] < now
        turnout = NOBODY_KNOWS
        if past:
            dice = _dice("turnout", row)
            turnout = ANSWERS["both"] if dice.random() >= 0.04 else ANSWERS[dice.choice(ABSENT)]
        row["state"] = (SessionState.HELD if turnout.held else SessionState.MISSED) if past else SessionState.BOOKED
        row["mentor_came"], row["startup_came"] = turnout
    ids = session().scalars(insert(Session).returning(Session.id, sort_by_parameter_order=True), rows).all()
    claims, logs, actions = [], [], []
    for number, row in zip(ids, rows, strict=True):
        mentor, startup = mentor_party(person_of[row["mentor_id"]]), startup_party(row["startup_id"])
        if row["state"] is SessionState.BOOKED:
            claims += [(mentor, tick, number) for tick in ticks(row["starts_at"], row["ends_at"], timedelta(minutes=5))]
            claims += [(startup, tick, number) for tick in ticks(row["starts_at"], row["ends_at"], timedelta())]
        if row["state"] is SessionState.MISSED:
            logs.append(_missed(number, row, person_of[row["mentor_id"]]))
        if row["state"] is SessionState.HELD:
            dice = _dice("log", row)
            logs += _logs(number, row, person_of[row["mentor_id"]], dice)
            if dice.random() < 0.4:
                due = (row["ends_at"] + timedelta(days=7)).date()
                done = row["ends_at"] + timedelta(days=5) if dice.random() < 0.7 else None
                actions.append(
                    {
                        "session_id": number,
                        "text": dice.choice(ACTIONS),
                        "owner": Side.STARTUP,
                        "due_on": due,
                        "done_at": done if done and done < now else None,
                    }
                )
    held = [{"party": party, "tick": tick, "session_id": number} for party, tick, number in claims]
    for model, values in ((Claim, held), (SessionLog, logs), (AgreedAction, actions)):
        if values:
            session().execute(insert(model), values)


def _logs(number: int, row: dict[str, Any], mentor_person: int, dice: Random) -> list[dict[str, Any]]:
    written = row["ends_at"] + timedelta(hours=1)
    both: list[dict[str, Any]] = [
        {"side": Side.MENTOR, "written_by": mentor_person, "note": dice.choice(LEARNED)},
        {"side": Side.STARTUP, "written_by": row["booked_by"], "note": ""},
    ]
    return [
        log
        | _came(row)
        | {"session_id": number, "useful": dice.choice((3, 4, 4, 5, 5)), "private_note": "", "written_at": written}
        for log in both
        if dice.random() < 0.85
    ]


def _missed(number: int, row: dict[str, Any], mentor_person: int) -> dict[str, Any]:
    """The note of the side that waited."""
    waited = Side.MENTOR if row["startup_came"] is Attendance.MISSED else Side.STARTUP
    return _came(row) | {
        "session_id": number,
        "side": waited,
        "useful": None,
        "note": "",
        "private_note": "",
        "written_by": mentor_person if waited is Side.MENTOR else row["booked_by"],
        "written_at": row["ends_at"] + timedelta(hours=1),
    }


def _came(row: dict[str, Any]) -> dict[str, Any]:
    return {side: row[side] for side in ("mentor_came", "startup_came")}
