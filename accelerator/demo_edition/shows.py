"""Events of the cohort and Demo Day: agenda, running order, guests, investors and their interest. Synthetic."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from accelerator.core.db import add, session
from accelerator.demo_day.models import Interest, InterestLevel, Investor, Phase, Pitch, Show, Vetting
from accelerator.demo_edition.cast import INVESTORS
from accelerator.demo_edition.chosen import CHOSEN, SECTORS
from accelerator.demo_edition.facts import DEMO_DAY_ENDS, DEMO_DAY_STARTS, SEED, tokyo
from accelerator.demo_edition.names import ABROAD, FAMILY, GIVEN
from accelerator.events.models import AgendaItem, Event, EventKind, Registration, RegistrationState
from accelerator.programmes.models import Edition

ASKS = (
    {"en": "Looking for: two pilot hospitals", "ja": "募集：実証先の病院2か所"},
    {"en": "Looking for: a seed lead", "ja": "募集：シードのリード投資家"},
    {"en": "Looking for: a distributor in Kansai", "ja": "募集：関西の販売代理店"},
    {"en": "Looking for: a city partner", "ja": "募集：自治体のパートナー"},
)
MINUTES = 6  # four on stage, two for the change
ON_STAGE = timedelta(minutes=4)
GUESTS = 260
REGISTRATION_OPENS = tokyo("2020-09-20 09:00")


def make_events(edition: Edition, founders: dict[int, int], people: dict[str, int], *, now: datetime) -> Event:
    """The lecture, KOBE Week and Demo Day with what has happened there by ``now``. ``founders`` is ``{startup: person}``."""
    _small_events(edition)
    demo_day = _event(
        edition,
        "demo-day",
        EventKind.DEMO_DAY,
        {"en": "Kobe Demo Day 2020", "ja": "神戸 Demo Day 2020"},
        {
            "en": "Seventeen startups, four minutes each, online and free.",
            "ja": "17社が4分ずつ発表します。オンライン、無料です。",
        },
        DEMO_DAY_STARTS,
        DEMO_DAY_ENDS,
        capacity=400,
    )
    _agenda(demo_day)
    begun = now >= DEMO_DAY_STARTS
    pitches = _running_order(edition, demo_day, founders, now)
    _show(edition, demo_day, pitches, now)
    _guests(edition, demo_day, now=now, begun=begun)
    investors = _investors(edition, demo_day, people, begun=begun)
    if begun:
        _interest(edition, pitches, investors, now)
    return demo_day


def _show(edition: Edition, event: Event, pitches: dict[int, datetime], now: datetime) -> None:
    """What the audience sees: nothing yet, the pitch whose turn it is, or the end."""
    started = [pitch for pitch, start in pitches.items() if start <= now]
    if now >= DEMO_DAY_ENDS or not started:
        phase, at = (Phase.CLOSED, DEMO_DAY_ENDS) if started else (Phase.BEFORE, edition.created_at)
        steps = [*_steps(started), [Phase.PITCH.value, started[-1]]] if started else []
        add(Show(edition_id=edition.id, event_id=event.id, state=phase, changed_at=at, steps=steps))
        return
    add(
        Show(
            edition_id=edition.id,
            event_id=event.id,
            state=Phase.PITCH,
            pitch_id=started[-1],
            changed_at=pitches[started[-1]],
            steps=_steps(started),
        )
    )


def _steps(started: list[int]) -> list[list[Any]]:
    """Where the show stood before each of these pitches was called."""
    return [[Phase.BEFORE.value, None], *([Phase.PITCH.value, pitch] for pitch in started[:-1])]


def _event(
    edition: Edition,
    slug: str,
    kind: EventKind,
    title: dict[str, str],
    about: dict[str, str],
    start: Any,
    end: Any,
    *,
    capacity: int | None = None,
    parent: Event | None = None,
) -> Event:
    return add(
        Event(
            edition_id=edition.id,
            slug=slug,
            kind=kind,
            title=title,
            about=about,
            starts_at=start,
            ends_at=end,
            capacity=capacity,
            published_at=tokyo("2020-09-07 09:00"),
            uid=f"{slug}.{edition.slug}@demo.example",
            parent_id=parent.id if parent else None,
            stream_url="https://stream.example/kobe",
        )
    )


def _small_events(edition: Edition) -> None:
    _event(
        edition,
        "opening",
        EventKind.LECTURE,
        {"en": "Opening and cohort introductions", "ja": "開講式と自己紹介"},
        {"en": "Everybody meets everybody.", "ja": "全員の顔合わせです。"},
        tokyo("2020-09-07 10:00"),
        tokyo("2020-09-07 12:00"),
    )
    _event(
        edition,
        "storytelling",
        EventKind.WORKSHOP,
        {"en": "Storytelling workshop", "ja": "伝え方の講座"},
        {"en": "From what you do to why it matters.", "ja": "何をするかから、なぜ大切かへ。"},
        tokyo("2020-10-09 17:00"),
        tokyo("2020-10-09 18:30"),
    )
    week = _event(
        edition,
        "kobe-week",
        EventKind.SIDE_EVENT,
        {"en": "KOBE Week", "ja": "KOBE Week"},
        {"en": "Talks on health and the city, around Demo Day.", "ja": "Demo Day前後の、健康と都市の講演です。"},
        tokyo("2020-11-09 10:00"),
        tokyo("2020-11-13 18:00"),
        capacity=500,
    )
    _event(
        edition,
        "kobe-week-talk",
        EventKind.LECTURE,
        {"en": "Talk: medicine and the city", "ja": "講演：医療と都市"},
        {"en": "An hour with questions.", "ja": "質疑を含む1時間です。"},
        tokyo("2020-11-10 18:00"),
        tokyo("2020-11-10 19:00"),
        capacity=500,
        parent=week,
    )


def _agenda(event: Event) -> None:
    items = (
        ("10:00", 10, {"en": "Welcome", "ja": "開会"}, "SATO Haruka"),
        ("10:10", 54, {"en": "Pitches 1 to 9", "ja": "発表 1〜9"}, ""),
        ("11:04", 16, {"en": "Break", "ja": "休憩"}, ""),
        ("11:20", 48, {"en": "Pitches 10 to 17", "ja": "発表 10〜17"}, ""),
        ("12:08", 52, {"en": "Questions and meetings", "ja": "質疑と面談"}, ""),
    )
    session().execute(
        insert(AgendaItem),
        [
            {
                "event_id": event.id,
                "starts_at": tokyo(f"2020-11-12 {at}"),
                "minutes": minutes,
                "title": title,
                "speaker": speaker,
            }
            for at, minutes, title, speaker in items
        ],
    )


def _running_order(edition: Edition, event: Event, founders: dict[int, int], now: datetime) -> dict[int, datetime]:
    """The pitches in their order; ``{id: when its turn comes}``."""
    rows: list[dict[str, Any]] = []
    for position, (startup_id, startup) in enumerate(zip(founders, CHOSEN, strict=True), 1):
        second_half = position > 9
        start = tokyo("2020-11-12 11:20" if second_half else "2020-11-12 10:10")
        start += timedelta(minutes=MINUTES * (position - (10 if second_half else 1)))
        rows.append(
            {
                "edition_id": edition.id,
                "event_id": event.id,
                "startup_id": startup_id,
                "position": position,
                "planned_at": start,
                "minutes": 4,
                "line": {"en": startup.line, "ja": startup.line_ja},
                "ask": ASKS[position % len(ASKS)],
                "sector": SECTORS[startup.sector],
                "confirmed_at": tokyo("2020-10-05 12:00") if now >= DEMO_DAY_STARTS or position % 3 else None,
                "started_at": start if start <= now else None,
                "ended_at": start + ON_STAGE if start + ON_STAGE <= now else None,
                "skipped": False,
            }
        )
    pitch_ids = session().scalars(insert(Pitch).returning(Pitch.id, sort_by_parameter_order=True), rows)
    return {number: row["planned_at"] for number, row in zip(pitch_ids, rows, strict=True)}


def _guests(edition: Edition, event: Event, *, now: datetime, begun: bool) -> None:
    """Whoever registered by ``now``, and of them whoever came."""
    dice = Random(SEED + 7)
    countries = ["JP"] * 120 + [country for country, _, weight in ABROAD for _ in range(weight)]
    rows = []
    for number in range(GUESTS):
        country = dice.choice(countries)
        kind = "JP" if country == "JP" else ""
        name = f"{dice.choice(GIVEN[kind])} {dice.choice(FAMILY[kind])}"
        came = dice.random() < 0.71 and begun
        at = REGISTRATION_OPENS + timedelta(minutes=number * 285)
        if at > now:
            break
        rows.append(
            {
                "edition_id": edition.id,
                "event_id": event.id,
                "email": f"guest{number}@guest.example",
                "name": name,
                "organisation": "",
                "country": country,
                "language": "ja" if country == "JP" else "en",
                "zone": "Asia/Tokyo",
                "sequence": 0,
                "registered_at": at,
                "state": RegistrationState.ATTENDED if came else RegistrationState.REGISTERED,
                "attended_at": DEMO_DAY_STARTS if came else None,
            }
        )
    session().execute(insert(Registration), rows)


def _investors(edition: Edition, event: Event, people: dict[str, int], *, begun: bool) -> list[int]:
    admitted_at = tokyo("2020-10-01 10:00")
    rows: list[dict[str, Any]] = [
        {
            "edition_id": edition.id,
            "person_id": people[part.email],
            "firm": part.about["en"],
            "focus": "",
            "vetting": Vetting.ADMITTED,
            "vetted_at": admitted_at,
        }
        for part in INVESTORS
    ]
    investor_ids = list(session().scalars(insert(Investor).returning(Investor.id, sort_by_parameter_order=True), rows))
    session().execute(
        insert(Registration),
        [
            {
                "edition_id": edition.id,
                "event_id": event.id,
                "person_id": people[part.email],
                "email": part.email,
                "name": f"{part.given} {part.family}",
                "organisation": part.about["en"],
                "language": part.language,
                "zone": part.zone,
                "sequence": 0,
                "registered_at": admitted_at,
                "state": RegistrationState.ATTENDED if begun else RegistrationState.REGISTERED,
                "attended_at": DEMO_DAY_STARTS if begun else None,
            }
            for part in INVESTORS
        ],
    )
    return investor_ids


def _interest(edition: Edition, pitches: dict[int, datetime], investors: list[int], now: datetime) -> None:
    dice = Random(SEED + 8)
    rows: list[dict[str, Any]] = []
    for investor_id in investors:
        for pitch_id in dice.sample(list(pitches), dice.randint(3, 7)):
            level = dice.choice((InterestLevel.INTERESTED, InterestLevel.MEET))
            shown = pitches[pitch_id] + timedelta(minutes=dice.randint(1, 9))
            agreed_at = shown + timedelta(hours=dice.randint(2, 40))
            agreed = level is InterestLevel.MEET and dice.random() < 0.6 and agreed_at <= now
            if shown > now:
                continue
            rows.append(
                {
                    "edition_id": edition.id,
                    "pitch_id": pitch_id,
                    "investor_id": investor_id,
                    "level": level,
                    "note": "",
                    "shown_at": shown,
                    "agreed_at": agreed_at if agreed else None,
                }
            )
    if rows:
        session().execute(insert(Interest), rows)
