"""An edition of any size: applications with three reviews each from twenty reviewers, in a database of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count as numbers
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import insert, text

from accelerator.accounts.models import Person, Role
from accelerator.app import create_app
from accelerator.core import clock, db, i18n, scope
from accelerator.core.db import session
from accelerator.core.installation import entered
from accelerator.core.web import App
from accelerator.intake.models import Application, ApplicationState, Revision
from accelerator.intake.operations import indexing
from accelerator.intake.operations.forms import create_form
from accelerator.intake.queries.forms import plain_form
from accelerator.programmes.models import Edition
from accelerator.scoring.models import (
    Assignment,
    AssignmentState,
    RankingEntry,
    Recommendation,
    Review,
    Round,
    RoundState,
)
from accelerator.scoring.operations.fitting import number_places
from accelerator.screening.models import Outcome, RuleResult, Verdict
from accelerator.startups.models import Founder, Startup
from config import Settings
from tests.factories import make_edition, make_member, make_person, make_sector
from tests.factories.scoring import make_reviewer, make_round
from tests.factories.screening import make_rule

READS, REVIEWERS, CHUNK = 3, 20, 1000
RULES = ("track", "deck", "place")
COUNTRIES = ("JP", "US", "EE", "IN", "SG", "FR", "KE", "BR")
TEXT = "We help nurses in small hospitals to see which patient needs them first, and have done so for two years. " * 8


@dataclass(frozen=True)
class Island:
    """The application under measurement, and who looks at what."""

    app: App
    edition: Edition
    staff: Person
    reviewer: Person
    to_read: str  # the reference of an application that the reviewer has still to read
    applications: int
    versions: Iterator[int] = field(default_factory=numbers)  # of that review: each time it is sent takes the next


@contextmanager
def island(applications: int, database_url: str | None = None) -> Iterator[Island]:
    """Build it, in a file of SQLite or in the empty database at ``database_url``, give it, and throw it away."""
    with TemporaryDirectory(prefix="funade-bench-") as folder:
        place = settings(Path(folder))
        made = create_app(replace(place, database_url=database_url or place.database_url))
        with entered(made.installation):
            db.Base.metadata.create_all(db.engine())
            with i18n.speaking("en", "UTC"), db.transaction():
                edition = make_edition(closes_at=clock.now() + timedelta(days=5))
                with scope.choose(edition.scope):
                    built = _fill(made, edition, applications)
            _know_the_rows()
            yield built
            db.engine().dispose()


def settings(instance: Path) -> Settings:
    """Settings of a throw-away installation."""
    return Settings(
        secret_key="k" * 40,
        database_url=f"sqlite:///{instance / 'bench.db'}",
        redis_url=f"unix://{instance / 'none.sock'}",
        instance=instance,
        base_url="http://localhost",
        mail_backend="outbox",
        mail_from="Funade <no-reply@example.org>",
        smtp_url=None,
        trusted_hosts=("localhost",),
        proxies=0,
        demo=False,
    )


def _know_the_rows() -> None:
    """Let PostgreSQL count what is in its tables, as its autovacuum does, which servers of tests have switched off."""
    if db.engine().dialect.name == "postgresql":
        with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _bulk(model: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Store ``rows`` and return their ids in order."""
    ids: list[int] = []
    for start in range(0, len(rows), CHUNK):
        statement = insert(model).returning(model.id, sort_by_parameter_order=True)
        ids += session().scalars(statement, rows[start : start + CHUNK])
    return ids


def _fill(app: App, edition: Edition, count: int) -> Island:
    random, now = Random(7), clock.now()
    staff = make_member(edition, Role.ADMIN, Role.STAFF)
    sectors = [make_sector(edition, key).id for key in ("health", "energy", "food", "work")]
    form = plain_form(create_form(edition, actor=staff))
    applicants = [make_person().id for _ in range(20)]
    startups = _bulk(Startup, [_startup(number, now) for number in range(count)])
    _bulk(
        Founder,
        [
            {"startup_id": one, "person_id": applicants[at % 20], "name": f"Kim {at}", "title": "CEO"}
            for at, one in enumerate(startups)
        ],
    )
    rows = [
        _application(edition, number, startup, applicants[number % 20], random.choice(sectors), now)
        for number, startup in enumerate(startups)
    ]
    ids = _bulk(Application, rows)
    indexing.index_applications(ids)
    _bulk(
        Revision,
        [
            {
                "application_id": one,
                "number": 1,
                "form_id": form.id,
                "answers": rows[at]["answers"],
                "digest": "0" * 64,
                "sent_by": rows[at]["applicant_id"],
                "sent_at": now,
            }
            for at, one in enumerate(ids)
        ],
    )
    _bulk(
        Verdict,
        [{"application_id": one, "outcome": Outcome.PASS, "given_by": staff.id, "given_at": now} for one in ids],
    )
    rules = [make_rule(edition, key).id for key in RULES]
    _bulk(
        RuleResult,
        [
            {
                "application_id": one,
                "rule_id": rule,
                "revision_number": 1,
                "outcome": Outcome.PASS,
                "explanation": {"en": TEXT[:80], "ja": "問題ありません。"},
                "ran_at": now,
            }
            for one in ids
            for rule in rules
        ],
    )
    round_ = make_round(edition, RoundState.OPEN, actor=staff)
    people = [make_reviewer(round_, edition) for _ in range(REVIEWERS)]
    _reviews(round_, ids, [person.id for person in people], random)
    number_places(round_)
    return Island(app, edition, staff, people[0], rows[0]["reference"], count)


def _startup(number: int, now: Any) -> dict[str, Any]:
    return {
        "slug": f"bench-{number}",
        "name": f"Startup {number}",
        "one_line": "Calls the nurse who is needed first.",
        "country": COUNTRIES[number % 8],
        "city": "Kobe",
        "created_at": now,
    }


def _application(edition: Edition, number: int, startup: int, person: int, sector: int, now: Any) -> dict[str, Any]:
    return {
        "edition_id": edition.id,
        "reference": f"A-{number:05}",
        "startup_id": startup,
        "applicant_id": person,
        "state": ApplicationState.ELIGIBLE,
        "answers": {"problem": TEXT, "solution": TEXT, "market": TEXT},
        "saved_at": now,
        "created_at": now,
        "submitted_at": now - timedelta(minutes=number),
        "revision_number": 1,
        "name": f"Startup {number}",
        "one_line": "Calls the nurse who is needed first.",
        "country": COUNTRIES[number % 8],
        "city": "Kobe",
        "sector_id": sector,
        "stage": "seed",
        "channel": "web",
    }


def _reviews(round_: Round, ids: list[int], reviewers: list[int], random: Random) -> None:
    now, keys = clock.now(), [line.key for line in round_.criteria]
    pairs = [
        (one, reviewers[(at * READS + turn) % len(reviewers)], turn)
        for at, one in enumerate(ids)
        for turn in range(READS)
    ]
    # The first one stays to be read, so that there is a review form to open.
    assignments = _bulk(
        Assignment,
        [
            {
                "edition_id": round_.edition_id,
                "round_id": round_.id,
                "application_id": one,
                "reviewer_id": reviewer,
                "revision_number": 1,
                "position": at,
                "assigned_at": now,
                "state": AssignmentState.DONE if at else AssignmentState.TO_DO,
            }
            for at, (one, reviewer, _) in enumerate(pairs)
        ],
    )
    marks = [{key: random.randint(1, 5) for key in keys} for _ in pairs]
    totals = [sum(given.values()) / len(keys) for given in marks]
    _bulk(
        Review,
        [
            {
                "assignment_id": one,
                "marks": marks[at],
                "total": totals[at],
                "recommendation": Recommendation.YES,
                "confidence": 2,
                "note": TEXT[:200],
                "saved_at": now,
                "submitted_at": now,
            }
            for at, one in enumerate(assignments)
            if at
        ],
    )
    _bulk(
        RankingEntry,
        [
            {
                "edition_id": round_.edition_id,
                "round_id": round_.id,
                "application_id": one,
                "wanted": READS,
                "reads": READS,
                "raw_mean": mean,
                "adjusted": mean,
                "low": mean - 0.3,
                "high": mean + 0.3,
                "chance": 0.5 if at % 20 == 0 else 0.0,
                "spread": 1.0,
                "rank": at + 1,
                "raw_rank": at + 1,
            }
            for at, one in enumerate(ids)
            for mean in [sum(totals[at * READS : at * READS + READS]) / READS]
        ],
    )
