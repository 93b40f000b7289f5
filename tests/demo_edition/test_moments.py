"""The moments of the demonstration tell one story: what has happened at one of them happened so at every later one."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import InstrumentedAttribute

from accelerator.core import clock, db, scope
from accelerator.core.installation import entered
from accelerator.core.web import App
from accelerator.demo_edition.moments import MOMENTS
from accelerator.events.models import Event, Registration
from accelerator.intake.models import COUNTED, Application, Revision
from accelerator.mentoring.models import Session
from accelerator.notifications.models import Message
from accelerator.programmes.queries import edition_by_slug
from accelerator.progress.models import Metric, MetricValue, Milestone
from accelerator.scoring.models import Assignment, Review
from accelerator.selection.models import Decision, Offer
from accelerator.startups.models import Startup
from config import Settings
from tests.services import demonstration
from tests.services.databases import empty

LATER = [(earlier.slug, later.slug) for earlier, later in pairwise(MOMENTS)]


@pytest.fixture(scope="module")
def loaded(_built: App, _engine: Engine, settings: Settings) -> Iterator[None]:
    """The demonstration in the database, for every test of this file: they look and change nothing."""
    with entered(_built.installation):
        demonstration.fill(settings.instance)
        yield
    empty(_engine)


def _to_the_minute(value: Any) -> Any:
    """The clock runs while the demonstration is made: what operations stamp differs by milliseconds."""
    return value.replace(second=0, microsecond=0) if isinstance(value, datetime) else value


def _history(slug: str, until: datetime) -> dict[str, set[Any]]:
    """What one moment says of the time before ``until``, in what all moments have in common."""
    edition = edition_by_slug(slug)
    assert edition is not None

    def before(column: InstrumentedAttribute[Any]) -> Any:
        return column < until

    application = select(Application.startup_id, Application.name, Revision.sent_at, Application.country).join(Revision)
    statements = {
        "applications": application.where(Application.state.in_(COUNTED), before(Revision.sent_at)),
        "reviews": select(Application.startup_id, Assignment.reviewer_id, Review.total, Review.recommendation)
        .join(Assignment, Assignment.application_id == Application.id)
        .join(Review, Review.assignment_id == Assignment.id),
        "decisions": select(Application.startup_id, Decision.choice, Decision.decided_at)
        .join(Application, Application.id == Decision.application_id)
        .where(before(Decision.decided_at)),
        "offers": select(Application.startup_id, Offer.state, Offer.answered_at)
        .join(Application, Application.id == Offer.application_id)
        .where(before(Offer.answered_at)),
        "sessions": select(
            Session.startup_id,
            Session.starts_at,
            Session.state,
            Session.mentor_came,
            Session.startup_came,
            Session.purpose,
        ).where(before(Session.ends_at)),
        "milestones": select(Milestone.startup_id, Milestone.due_on, Milestone.sent_in_at).where(
            before(Milestone.sent_in_at)
        ),
        "values": select(Metric.startup_id, Metric.code, Metric.target, MetricValue.as_of, MetricValue.value)
        .join(MetricValue, MetricValue.metric_id == Metric.id)
        .where(before(MetricValue.entered_at)),
        "guests": select(Event.slug, Registration.email, Registration.country, Registration.registered_at)
        .join(Event, Event.id == Registration.event_id)
        .where(before(Registration.registered_at)),
    }
    with scope.choose(edition.scope):
        return {
            subject: {tuple(map(_to_the_minute, row)) for row in db.session().execute(found)}
            for subject, found in statements.items()
        }


@pytest.mark.parametrize(("earlier", "later"), LATER)
def test_what_has_happened_stays_as_it_was(loaded: None, earlier: str, later: str) -> None:
    with db.reading():
        edition = edition_by_slug(earlier)
        assert edition is not None
        with scope.choose(edition.scope):
            until = clock.now()
        was, says = _history(earlier, until), _history(later, until)
    if earlier in ("kobe-2020-call", "kobe-2020-scoring"):
        says["reviews"] &= was["reviews"]  # the rest is still to come
    for subject, rows in was.items():
        assert rows == says[subject], subject


@pytest.mark.parametrize(("earlier", "later"), LATER)
def test_a_later_moment_holds_the_mails_of_the_earlier_ones(loaded: None, earlier: str, later: str) -> None:
    mails: list[Counter[tuple[Any, ...]]] = []
    with db.reading() as session:
        for slug in (earlier, later):
            edition = edition_by_slug(slug)
            assert edition is not None
            columns = (Message.kind, Message.address, Message.subject, Message.created_at, Message.body)
            rows = session.execute(select(*columns).where(Message.edition_id == edition.id)).all()
            assert all("/editions/" not in row.body or f"/editions/{slug}/" in row.body for row in rows)
            mails.append(Counter((row.kind, row.address, row.subject, _to_the_minute(row.created_at)) for row in rows))
    assert mails[0] - mails[1] == Counter()
    if earlier == "kobe-2020-running":
        assert {"session_reminder", "session_note_due", "reads_due"} < {kind for kind, *_rest in mails[0]}


def test_records_of_startups_are_what_they_answered(loaded: None) -> None:
    with db.reading() as session, scope.everywhere():
        columns = (Startup.slug, Startup.name, Startup.founded, Startup.website, Startup.country, Revision.answers)
        sent = session.execute(
            select(*columns)
            .join(Application, Application.startup_id == Startup.id)
            .join(Revision, Revision.application_id == Application.id)
        ).all()
    assert len({row.slug for row in sent}) == len({row.name for row in sent}) == 237
    keys = ("name", "founded", "website", "country")
    assert all([getattr(row, key) for key in keys] == [row.answers[key] for key in keys] for row in sent)
    assert all(row.answers["incorporated_on"] >= f"{row.founded}-01-01" for row in sent)
