"""An edition of the size that was reported of Kobe 2020, and snapshots. Choose the edition around these."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import cycle, islice
from typing import Any

from sqlalchemy import insert

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.db import add, session
from accelerator.demo_day.models import Interest, InterestLevel, Investor, Pitch, Vetting
from accelerator.demo_edition import facts, ground
from accelerator.demo_edition.chosen import CHOSEN, SECTORS
from accelerator.events.models import Event, EventKind, Registration, RegistrationState
from accelerator.intake.models import Application, ApplicationState, Conflict, ConflictKind
from accelerator.mentoring.models import Mentor, Session, SessionLog, SessionState, Side
from accelerator.mentoring.turnout import ANSWERS
from accelerator.programmes.models import Edition, Figure, Host, Sector
from accelerator.progress.models import Metric, MetricValue, Milestone, MilestoneState
from accelerator.reporting import operations
from accelerator.reporting.models import PresentFigures, Report, Snapshot
from accelerator.scoring.models import Assignment, AssignmentState, Fit, Review, Round
from accelerator.screening.models import Outcome, Verdict
from accelerator.selection.models import Choice, CohortEntry, Decision, Release, ReleaseState
from accelerator.startups.models import Founder, Startup
from tests.factories.people import make_person
from tests.factories.programmes import make_edition

AFTER_DEMO_DAY = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)
HOME, ABROAD = 75, 162
PREFECTURES = ("JP-13", "JP-28", "JP-27", "JP-26", "JP-40")
COUNTRIES = (
    "US",
    "IN",
    "SG",
    "GB",
    "DE",
    "FR",
    "ID",
    "VN",
    "TW",
    "TH",
    "EE",
    "DK",
    "IL",
    "BR",
    "KR",
    "CA",
    "AU",
    "NL",
    "KE",
)
DECLINED_NAME = "Nobody must read this name"


def make_kobe_edition(at: datetime = AFTER_DEMO_DAY, **values: Any) -> Edition:
    """A demonstration edition with the reported days, its clock set to ``at``; still without rows."""
    ahead = int((at - clock.system_now()).total_seconds())
    days = {
        name: facts.reported_day(key)
        for name, key in (
            ("announced_on", "announced"),
            ("decisions_on", "selected"),
            ("starts_on", "start"),
            ("coaching_ends_on", "coaching_end"),
            ("demo_day_on", "demo_day"),
        )
    }
    return make_edition(
        **{
            "name": {"en": "Kobe 2020", "ja": "神戸 2020"},
            "about": ground.ABOUT,
            "theme": {"en": facts.facts()["theme"], "ja": "新型コロナウイルス対応の新技術"},
            "places": 17,
            "opens_at": facts.CALL_OPENS,
            "closes_at": facts.CALL_CLOSES,
            "ahead_seconds": ahead,
            "demo_moment": {"en": "After Demo Day", "ja": "Demo Day後"},
            **days,
            **values,
        }
    )


def make_kobe_rows(edition: Edition) -> list[int]:
    """237 applications, the cohort of 17 by sector and origin, the reported figures; returns the cohort's startups."""
    sectors = dict(
        zip(
            SECTORS,
            _bulk(Sector, [{"edition_id": edition.id, "key": key, "name": SECTORS[key]} for key in SECTORS]),
            strict=True,
        )
    )
    _bulk(Host, [{"edition_id": edition.id, "position": n, **host} for n, host in enumerate(ground.HOSTS)])
    _bulk(Figure, [{"edition_id": edition.id, **vars(line)} for line in ground.reported_lines()])
    applicant, now = make_person(), clock.now()
    chosen = [
        {
            "name": one.name,
            "native_name": one.native_name,
            "one_line": one.line,
            "one_line_ja": one.line_ja,
            "country": one.country,
            "prefecture": one.prefecture,
            "city": one.city,
            "sector": one.sector,
        }
        for one in CHOSEN
    ]
    home = HOME - sum(one.country == "JP" for one in CHOSEN)
    abroad = ABROAD - sum(one.country != "JP" for one in CHOSEN)
    others: list[dict[str, Any]] = [
        *({"country": "JP", "prefecture": prefecture} for prefecture in islice(cycle(PREFECTURES), home)),
        *({"country": country, "prefecture": None} for country in islice(cycle(COUNTRIES), abroad)),
    ]
    rows = [*chosen, *_crowd(others)]
    startups = _bulk(
        Startup,
        [
            {
                **{key: row[key] for key in row if key != "sector"},
                "slug": f"s{edition.id}-{number}",
                "created_at": now,
                "synthetic": True,
            }
            for number, row in enumerate(rows)
        ],
    )
    applications = _bulk(
        Application,
        [
            {
                "edition_id": edition.id,
                "reference": f"K-{number:04}",
                "startup_id": startup,
                "applicant_id": applicant.id,
                "state": ApplicationState.JOINED if number < len(chosen) else ApplicationState.DECLINED,
                "answers": {"secret": "An answer nobody may print"},
                "saved_at": facts.CALL_CLOSES,
                "created_at": facts.CALL_OPENS,
                "submitted_at": facts.CALL_CLOSES - timedelta(days=3),
                "revision_number": 1,
                "name": row["name"],
                "one_line": "",
                "country": row["country"],
                "prefecture": row["prefecture"],
                "city": row["city"],
                "sector_id": sectors[row["sector"]],
                "token": 0,
            }
            for number, (startup, row) in enumerate(zip(startups, rows, strict=True))
        ],
    )
    _bulk(
        CohortEntry,
        [
            {"edition_id": edition.id, "startup_id": startup, "application_id": application, "joined_at": now}
            for startup, application, _ in zip(startups, applications, CHOSEN, strict=False)
        ],
    )
    _bulk(
        Founder,
        [
            {
                "startup_id": startup,
                "name": f"{one.founder[0]} {one.founder[1]}",
                "position": 1,
                "title": "CEO",
                "full_time": True,
            }
            for startup, one in zip(startups, CHOSEN, strict=False)
        ],
    )
    return startups[: len(CHOSEN)]


def _crowd(others: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    kinds = cycle(SECTORS)
    return [
        {
            "name": f"{DECLINED_NAME} {number}",
            "native_name": None,
            "one_line": "",
            "one_line_ja": None,
            "city": "Somewhere",
            "sector": next(kinds),
            **row,
        }
        for number, row in enumerate(others)
    ]


def _bulk(model: Any, rows: list[dict[str, Any]]) -> list[int]:
    if not rows:
        return []
    return list(session().scalars(insert(model).returning(model.id, sort_by_parameter_order=True), rows))


def make_review_round(edition: Edition, applications: Sequence[int], *, reads: int = 3) -> Round:
    """A round in which four reviewers gave ``reads`` finished reviews to each application, with a fit."""
    now = clock.now()
    pass_round = add(
        Round(edition_id=edition.id, number=1, name={"en": "Round 1", "ja": "第1回"}, opens_at=now, closes_at=now)
    )
    reviewers = [make_person() for _ in range(4)]
    assignments = _bulk(
        Assignment,
        [
            {
                "edition_id": edition.id,
                "round_id": pass_round.id,
                "application_id": application,
                "state": AssignmentState.DONE,
                "reviewer_id": reviewers[(number + turn) % 4].id,
                "revision_number": 1,
                "position": number,
                "assigned_at": now,
            }
            for number, application in enumerate(applications)
            for turn in range(reads)
        ],
    )
    _bulk(
        Review,
        [
            {
                "assignment_id": assignment,
                "marks": {},
                "total": 3.1234,
                "note": "A note nobody may print",
                "feedback": "",
                "token": 0,
                "saved_at": now,
                "submitted_at": now,
            }
            for assignment in assignments
        ],
    )
    add(
        Fit(
            edition_id=edition.id,
            round_id=pass_round.id,
            made_at=now,
            scores=len(assignments),
            places=17,
            method="reml",
            variances={},
            reliability={"icc": 0.4123, "icc_calibrated": 0.5321},
            swaps={"entering": [1, 2], "leaving": [3, 4]},
            reviewers=[{"reviewer": reviewers[0].id, "severity": 0.777}],
        )
    )
    add(
        Conflict(
            edition_id=edition.id,
            application_id=applications[0],
            person_id=reviewers[0].id,
            kind=ConflictKind.FAMILY,
            declared_at=now,
        )
    )
    return pass_round


def make_verdicts(edition: Edition, applications: Sequence[int], *, failed: int = 0) -> None:
    """A passing verdict on each application but the last ``failed``."""
    giver = make_person()
    passed = len(applications) - failed
    _bulk(
        Verdict,
        [
            {
                "application_id": one,
                "outcome": Outcome.PASS if number < passed else Outcome.FAIL,
                "comment": "",
                "reason_code": None if number < passed else "off_theme",
                "given_by": giver.id,
                "given_at": clock.now(),
                "overrides_rules": False,
            }
            for number, one in enumerate(applications)
        ],
    )


def make_release(edition: Edition, applications: Sequence[int]) -> Release:
    """Letters that went out on 27 August at 10:00 in Kobe."""
    giver = make_person()
    release = add(
        Release(
            edition_id=edition.id,
            state=ReleaseState.RELEASED,
            counts={},
            digest="0" * 64,
            prepared_by=giver.id,
            prepared_at=facts.RELEASED,
            released_at=facts.RELEASED,
        )
    )
    _bulk(
        Decision,
        [
            {
                "edition_id": edition.id,
                "application_id": application,
                "choice": Choice.DECLINE,
                "decided_by": giver.id,
                "decided_at": facts.RELEASED,
                "release_id": release.id,
                "reason": "A reason nobody may print",
                "feedback": "",
            }
            for application in applications
        ],
    )
    return release


def make_mentor_line(edition: Edition, **values: Any) -> Mentor:
    """A mentor without hours."""
    person = make_person(**values)
    return add(
        Mentor(
            edition_id=edition.id,
            person_id=person.id,
            slug=f"m{person.id}",
            headline={"en": "Founder", "ja": "創業者"},
            bio={"en": "", "ja": ""},
            topics=[],
            languages=[],
        )
    )


def make_meeting(
    edition: Edition,
    mentor: Mentor,
    startup_id: int,
    at: datetime,
    state: SessionState = SessionState.HELD,
    *,
    minutes: int = 30,
    rated: int | None = None,
    absent: Side | None = None,
) -> Session:
    """A session that was held or missed; ``rated`` is what the startup thought, ``absent`` who did not come."""
    came = {None: ANSWERS["unknown"], Side.STARTUP: ANSWERS["no_startup"], Side.MENTOR: ANSWERS["no_mentor"]}[absent]
    turnout = ANSWERS["both"] if state is SessionState.HELD else came
    number = f"{edition.id}-{startup_id}-{mentor.id}-{at:%m%d%H%M}"
    booked = add(
        Session(
            edition_id=edition.id,
            reference=f"S-{hash(number) % 10**9}",
            mentor_id=mentor.id,
            startup_id=startup_id,
            starts_at=at,
            ends_at=at + timedelta(minutes=minutes),
            state=state,
            uid=number,
            booked_by=mentor.person_id,
            booked_at=at - timedelta(days=3),
            mentor_came=turnout.mentor,
            startup_came=turnout.startup,
        )
    )
    if rated is not None or absent is not None:
        side = Side.MENTOR if absent is Side.STARTUP else Side.STARTUP
        add(
            SessionLog(
                session_id=booked.id,
                side=side,
                mentor_came=turnout.mentor,
                startup_came=turnout.startup,
                useful=rated,
                written_by=mentor.person_id,
                written_at=at,
                private_note="A note nobody may print",
            )
        )
    return booked


def make_promise(
    edition: Edition, startup_id: int, due_on: date, achieved_on: date | None = None, **values: Any
) -> Milestone:
    """A milestone, achieved if there is a day."""
    state = MilestoneState.ACHIEVED if achieved_on else MilestoneState.PLANNED
    return add(
        Milestone(
            edition_id=edition.id,
            startup_id=startup_id,
            title={"en": "M", "ja": "M"},
            due_on=due_on,
            **{"state": state, "achieved_on": achieved_on, "created_at": clock.now(), **values},
        )
    )


def make_series(edition: Edition, startup_id: int, code: str, values: Sequence[tuple[date, int]], by: Person) -> Metric:
    """A metric of the dictionary with its values."""
    metric = add(
        Metric(
            edition_id=edition.id,
            startup_id=startup_id,
            code=code,
            label={"en": code, "ja": code},
            definition={"en": "", "ja": ""},
            unit="count",
        )
    )
    for day, value in values:
        at = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
        add(MetricValue(metric_id=metric.id, as_of=day, value=Decimal(value), entered_by=by.id, entered_at=at))
    return metric


def make_demo_day(edition: Edition, startups: Sequence[int], *, guests: int = 10, came: int = 7) -> Event:
    """A Demo Day of 12 November with guests from Japan and Estonia, and one investor who marked the first pitches."""
    event = add(
        Event(
            edition_id=edition.id,
            slug="demo-day",
            kind=EventKind.DEMO_DAY,
            title={"en": "Demo Day", "ja": "Demo Day"},
            about={"en": "", "ja": ""},
            starts_at=facts.DEMO_DAY_STARTS,
            ends_at=facts.DEMO_DAY_ENDS,
            uid=f"dd-{edition.id}",
            published_at=clock.now(),
        )
    )
    _bulk(
        Registration,
        [
            {
                "edition_id": edition.id,
                "event_id": event.id,
                "name": "Guest nobody may print",
                "email": f"g{n}@example.org",
                "country": "JP" if n % 2 else "EE",
                "organisation": "",
                "language": "en",
                "zone": "UTC",
                "sequence": 0,
                "state": RegistrationState.ATTENDED if n < came else RegistrationState.REGISTERED,
                "registered_at": clock.now(),
            }
            for n in range(guests)
        ],
    )
    pitches = _bulk(
        Pitch,
        [
            {
                "edition_id": edition.id,
                "event_id": event.id,
                "startup_id": startup,
                "position": n,
                "minutes": 4,
                "planned_at": facts.DEMO_DAY_STARTS,
                "line": {"en": "Line", "ja": "一言"},
                "sector": {"en": "", "ja": ""},
                "ask": {"en": "Looking for: a pilot site", "ja": "募集：実証先"},
                "skipped": False,
            }
            for n, startup in enumerate(startups, 1)
        ],
    )
    investor = add(Investor(edition_id=edition.id, person_id=make_person().id, firm="Fund", vetting=Vetting.ADMITTED))
    now = clock.now()
    for number, pitch in enumerate(pitches[:3]):
        level = InterestLevel.MEET if number < 2 else InterestLevel.INTERESTED
        add(
            Interest(
                edition_id=edition.id,
                pitch_id=pitch,
                investor_id=investor.id,
                level=level,
                shown_at=now,
                agreed_at=now if number == 0 else None,
            )
        )
    return event


def make_snapshot(edition: Edition, actor: Person, title: str = "") -> Snapshot:
    """The edition's figures, frozen."""
    return operations.take_snapshot(session().get_one(Edition, edition.id), actor=actor, title=title)


def make_report(edition: Edition, actor: Person, language: str = "en") -> Report:
    """A report that waits for the worker."""
    return operations.order_report(make_snapshot(edition, actor), language=language, actor=actor)


def make_present(edition: Edition) -> PresentFigures:
    """The edition's figures of now, worked out and kept."""
    return operations.work_out_figures(session().get_one(Edition, edition.id))
