"""The running order and the live show."""

import pytest
from sqlalchemy.orm import Session

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.core.errors import Refused
from accelerator.demo_day import operations, queries
from accelerator.demo_day.models import Phase
from accelerator.demo_day.slides import wrapped
from tests.factories import Browser, make_cohort_startup, make_edition, make_member
from tests.factories.demo_day import make_demo_day, make_pitch


def test_show_runs_through_its_phases_and_steps_back(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        staff, event = make_member(edition, Role.STAFF), make_demo_day(edition)
        first, second = (make_pitch(edition, event, position)[0] for position in (1, 2))
        assert operations.call_next(event, actor=staff) is first
        assert operations.call_next(event, actor=staff) is second
        assert first.ended_at is not None
        with pytest.raises(Refused, match="All startups have pitched"):
            operations.call_next(event, actor=staff)
        operations.step_back(event, actor=staff)
        stage = queries.stage(edition)
        assert stage is not None and stage.show is not None
        assert (stage.show.pitch_id, stage.show.state, second.started_at, first.ended_at) == (
            first.id,
            Phase.PITCH,
            None,
            None,
        )
        operations.open_questions(event, actor=staff)
        operations.close_show(event, actor=staff)
        assert stage.show.state is Phase.CLOSED


def test_step_back_before_the_start_is_refused(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope), pytest.raises(Refused, match="nothing to take back"):
        operations.step_back(make_demo_day(edition), actor=make_member(edition, Role.STAFF))


def test_preparing_twice_adds_each_startup_once_and_sets_times(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        staff, event = make_member(edition, Role.STAFF), make_demo_day(edition)
        for _ in range(3):
            make_cohort_startup(edition)
        operations.prepare_show(event, edition, actor=staff)
        operations.prepare_show(event, edition, actor=staff)
        order = queries.pitches(event)
        minutes = [int((pitch.planned_at - event.starts_at).total_seconds() // 60) for pitch in order]
        assert ([pitch.position for pitch in order], minutes) == ([1, 2, 3], [0, 6, 12])


def test_order_changes_until_the_show_starts(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        staff, event = make_member(edition, Role.STAFF), make_demo_day(edition)
        first, second = (make_pitch(edition, event, position)[0] for position in (1, 2))
        operations.shift_pitch(second, by=-1, actor=staff)
        assert [pitch.id for pitch in queries.pitches(event)] == [second.id, first.id]
        operations.call_next(event, actor=staff)
        with pytest.raises(Refused, match="order is fixed"):
            operations.shift_pitch(first, by=-1, actor=staff)


def test_only_the_team_steers(browser: Browser) -> None:
    with db.transaction():
        edition, other = make_edition(), make_edition()
        with scope.choose(edition.scope):
            event = make_demo_day(edition)
            _, startup, founder = make_pitch(edition, event)
            staff = make_member(edition, Role.STAFF)
            stranger = make_member(other, Role.ADMIN)
    path = f"/editions/{edition.slug}/demo-day/control"
    assert browser.get(path).status_code == 302
    for person in (founder, stranger):
        assert browser.sign_in(person).get(path).status_code == 404
        assert browser.post(path, {"do": "next"}).status_code == 404
    page = browser.sign_in(staff).post(path, {"do": "next"}, follow_redirects=True)
    assert page.status_code == 200 and startup.name in page.text


def test_public_page_shows_the_order_and_never_the_stream(browser: Browser) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            event = make_demo_day(edition)
            names = [make_pitch(edition, event, position)[1].name for position in (1, 2)]
    page = browser.get(f"/demo-day/{edition.slug}")
    assert page.status_code == 200
    assert [name in page.text for name in names] == [True, True]
    assert "stream.example" not in page.text


def test_unpublished_demo_day_is_not_shown(browser: Browser) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            make_demo_day(edition, published_at=None)
    page = browser.get(f"/demo-day/{edition.slug}")
    assert (page.status_code, "Not announced yet" in page.text) == (200, True)


@pytest.mark.parametrize("count", [1, 3])
def test_public_page_costs_the_same_for_any_number_of_pitches(
    browser: Browser, count: int, count_queries: list[str]
) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            event = make_demo_day(edition)
            for position in range(count):
                make_pitch(edition, event, position + 1)
    count_queries.clear()
    assert browser.get(f"/demo-day/{edition.slug}").status_code == 200
    assert len(count_queries) == 4


def test_slide_text_wraps_words_and_japanese() -> None:
    assert wrapped("a phone kit for nurses", 10) == ["a phone", "kit for", "nurses"]
    assert wrapped("病棟の看護師が", 8) == ["病棟の看", "護師が"]
    assert wrapped("", 8) == []
