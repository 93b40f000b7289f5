"""What a plan said and what came of it: days of decisions and of Demo Day on the pages that name them."""

import re
from datetime import timedelta

import pytest

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope
from accelerator.core.times import day, day_in
from accelerator.core.web import App
from accelerator.events.models import EventKind
from accelerator.programmes.models import Edition
from accelerator.programmes.steps import steps_of
from accelerator.selection.models import Release, ReleaseState
from tests.factories import Browser, make_edition, make_member
from tests.factories.dashboard import make_event


@pytest.fixture
def edition(app: App) -> Edition:
    """An edition in selection: decisions are planned in five days, Demo Day in fifty."""
    now = clock.now()
    with db.transaction():
        return make_edition(
            opens_at=now - timedelta(30),
            closes_at=now - timedelta(10),
            decisions_on=now.date() + timedelta(5),
            starts_on=now.date() + timedelta(10),
            coaching_ends_on=now.date() + timedelta(40),
            demo_day_on=now.date() + timedelta(50),
            zone="UTC",
        )


def release(edition: Edition) -> None:
    with db.transaction(), scope.choose(edition.scope):
        admin, now = make_member(edition, Role.ADMIN), clock.now()
        db.add(
            Release(
                edition_id=edition.id,
                state=ReleaseState.RELEASED,
                counts={},
                digest="0" * 64,
                prepared_by=admin.id,
                prepared_at=now,
                released_at=now,
            )
        )


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"</?(time|span)[^>]*>", "", page)).split())


def test_decisions_that_went_out_early_are_said_to_have_gone_out(edition: Edition, browser: Browser) -> None:
    call, planned = f"/calls/{edition.slug}", day(edition.decisions_on)
    assert f"Decisions are on {planned}." in words(browser.get(call).text)
    release(edition)
    today = day(day_in("UTC"))
    page = words(browser.get(call).text)
    assert f"Decisions were sent on {today}." in page
    assert f"Sent on {today} (planned for {planned})" in page
    assert f"Decisions were sent on {today}." in words(browser.get("/").text)
    with db.transaction():
        staff = make_member(edition, Role.STAFF)
    home = words(browser.sign_in(staff).get(f"/editions/{edition.slug}/home").text)
    assert f"Decisions were sent planned for {planned}" in home


def test_decisions_that_are_late_are_not_said_to_come_on_a_day_that_is_over(edition: Edition, browser: Browser) -> None:
    with db.transaction() as session:
        session.merge(edition).decisions_on = clock.now().date() - timedelta(2)
    page = words(browser.get(f"/calls/{edition.slug}").text)
    assert f"planned for {day(clock.now().date() - timedelta(2))} and are still being made." in page


def test_demo_day_is_when_its_event_is_and_a_draft_tells_nothing(edition: Edition, browser: Browser) -> None:
    planned, later = edition.demo_day_on, clock.now() + timedelta(60)
    with db.transaction(), scope.choose(edition.scope):
        event = make_event(edition, kind=EventKind.DEMO_DAY, starts_at=later, ends_at=later + timedelta(hours=3))
        event.published_at = None
    with db.reading():
        assert steps_of(edition).demo_day.day == planned
    with db.transaction() as session, scope.choose(edition.scope):
        session.merge(event).published_at = clock.now()
    with db.reading():
        assert steps_of(edition).demo_day.day == day_in("UTC", later)
    assert f"{day(later, 'UTC')} (planned for {day(planned)})" in words(browser.get(f"/calls/{edition.slug}").text)
