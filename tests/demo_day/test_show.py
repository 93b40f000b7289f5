"""The running order and the live show."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope
from accelerator.core.errors import Refused
from accelerator.demo_day import operations, queries
from accelerator.demo_day.models import Phase, Show
from accelerator.demo_day.slides import wrapped
from tests.factories import Browser, make_cohort_startup, make_edition, make_member
from tests.factories.demo_day import make_demo_day, make_investor, make_pitch


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
    with scope.choose(edition.scope), pytest.raises(Refused, match="nothing to undo"):
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


def test_undoing_returns_to_where_the_show_stood(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        staff, event = make_member(edition, Role.STAFF), make_demo_day(edition)
        first, second = (make_pitch(edition, event, position)[0] for position in (1, 2))
        show = tx.scalars(select(Show)).one()
        operations.call_next(event, actor=staff)
        operations.open_questions(event, actor=staff)
        ended = first.ended_at
        operations.call_next(event, actor=staff)
        operations.close_show(event, actor=staff)
        seen = []
        for _ in range(4):
            operations.step_back(event, actor=staff)
            seen.append((show.state, show.pitch_id, first.ended_at == ended, second.started_at is None))
        assert seen == [
            (Phase.PITCH, second.id, True, False),
            (Phase.QUESTIONS, first.id, True, True),
            (Phase.PITCH, first.id, False, True),
            (Phase.BEFORE, None, False, True),
        ]
        with pytest.raises(Refused, match="nothing to undo"):
            operations.step_back(event, actor=staff)


def test_a_show_does_not_go_live_days_early_without_being_asked(browser: Browser) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            start = clock.now() + timedelta(days=35, minutes=5)
            event = make_demo_day(edition, starts_at=start, ends_at=start + timedelta(hours=3))
            make_pitch(edition, event)
            staff = make_member(edition, Role.STAFF)
            with pytest.raises(Refused, match="hasn't begun"):
                operations.call_next(event, actor=staff)
    path, public = f"/editions/{edition.slug}/demo-day/control", f"/demo-day/{edition.slug}"
    asked = browser.sign_in(staff).post(path, {"do": "next"})
    assert (asked.status_code, "Demo Day begins in 35 days" in asked.text) == (409, True)
    assert "Live now" not in browser.get(public).text
    assert browser.post(path, {"do": "next", "sure": "yes"}).status_code == 302
    assert "Live now" in browser.get(public).text


def test_who_does_not_come_is_left_out_and_can_be_taken_in_again(browser: Browser) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            event = make_demo_day(edition)
            (first, absent, _), (_second, present, _) = (make_pitch(edition, event, position) for position in (1, 2))
            staff, founder = make_member(edition, Role.STAFF), make_member(edition, Role.FOUNDER)
            other = make_member(make_edition(), Role.ADMIN)
    path = f"/editions/{edition.slug}/demo-day"
    for stranger in (founder, other):
        assert browser.sign_in(stranger).post(f"{path}/pitches/{first.id}/skip", {"skipped": "yes"}).status_code == 404
    browser.sign_in(staff).post(f"{path}/pitches/{first.id}/skip", {"skipped": "yes"})
    assert "Does not pitch" in browser.get(f"{path}/control").text
    public = browser.get(f"/demo-day/{edition.slug}").text
    assert (absent.name in public, present.name in public, "1 startup<" in public) == (False, True, True)
    browser.post(f"{path}/pitches/{first.id}/skip", {"skipped": "no"})
    assert absent.name in browser.get(f"/demo-day/{edition.slug}").text
    browser.post(f"{path}/control", {"do": "next"})
    answer = browser.post(f"{path}/pitches/{first.id}/skip", {"skipped": "yes"}, follow_redirects=True)
    assert "has been on stage already" in answer.text


def test_after_the_close_nobody_is_on_stage(browser: Browser) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            event = make_demo_day(edition)
            make_pitch(edition, event)
            staff = make_member(edition, Role.STAFF)
            operations.call_next(event, actor=staff)
            operations.close_show(event, actor=staff)
    control = browser.sign_in(staff).get(f"/editions/{edition.slug}/demo-day/control").text
    assert ("On stage" in control, "Undo the last step" in control) == (False, True)
    assert "On stage" not in browser.get(f"/demo-day/{edition.slug}").text


def test_a_star_leads_back_to_its_row(browser: Browser) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            pitch, _, _ = make_pitch(edition, make_demo_day(edition))
            _, investor = make_investor(edition)
    answer = browser.sign_in(investor).post(
        f"/demo-day/{edition.slug}/pitches/{pitch.id}/interest", {"level": "interested", "at": "card"}
    )
    assert answer.location.endswith(f"#card-{pitch.id}")


def test_adding_startups_leaves_what_is_planned_where_it_is(browser: Browser) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            event, staff = make_demo_day(edition), make_member(edition, Role.STAFF)
            for _ in range(2):
                make_cohort_startup(edition)
            operations.prepare_show(event, edition, actor=staff)
            after_the_break = queries.pitches(event)[1]
            after_the_break.planned_at += timedelta(minutes=20)
    path = f"/editions/{edition.slug}/demo-day/control"
    assert "Add the cohort's startups" not in browser.sign_in(staff).get(path).text
    with db.transaction(), scope.choose(edition.scope):
        make_cohort_startup(edition)
    assert "Add the cohort's startups" in browser.get(path).text
    assert "1 startup added." in browser.post(path, {"do": "prepare"}, follow_redirects=True).text
    with db.transaction(), scope.choose(edition.scope):
        event = queries.demo_day(edition)
        minutes = [int((pitch.planned_at - event.starts_at).total_seconds() // 60) for pitch in queries.pitches(event)]
        assert minutes == [0, 26, 32]
        operations.shift_pitch(queries.pitches(event)[2], by=-1, actor=staff)
        assert [
            int((pitch.planned_at - event.starts_at).total_seconds() // 60) for pitch in queries.pitches(event)
        ] == [
            0,
            26,
            32,
        ]


def test_a_show_is_closed_early_and_reopened_only_by_who_says_so(browser: Browser) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            event, staff = make_demo_day(edition), make_member(edition, Role.STAFF)
            for position in (1, 2):
                make_pitch(edition, event, position)
            operations.call_next(event, actor=staff)
    path, public = f"/editions/{edition.slug}/demo-day/control", f"/demo-day/{edition.slug}"
    asked = browser.sign_in(staff).post(path, {"do": "close"})
    assert (asked.status_code, "1 startup has not pitched." in asked.text) == (409, True)
    assert "Live now" in browser.get(public).text
    assert browser.post(path, {"do": "close", "sure": "yes"}).status_code == 302
    over = browser.get(public).text
    assert ("Live now" in over, "when it is ready. You" in over) == (False, False)
    asked = browser.post(path, {"do": "next"})
    assert (asked.status_code, "live again on every viewer" in asked.text) == (409, True)
    assert "Live now" not in browser.get(public).text
    assert browser.post(path, {"do": "next", "sure": "yes"}).status_code == 302
    assert "Live now" in browser.get(public).text


def test_while_the_show_runs_late_later_pitches_are_announced_later(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        staff = make_member(edition, Role.STAFF)
        start = clock.now() - timedelta(minutes=13)
        event = make_demo_day(edition, starts_at=start, ends_at=start + timedelta(hours=3))
        order = [make_pitch(edition, event, position)[0] for position in (1, 2, 3)]
        for pitch, minutes in zip(order, (0, 6, 40), strict=True):
            pitch.planned_at = start + timedelta(minutes=minutes)
        operations.call_next(event, actor=staff)
        stage = queries.stage(edition)
        late = [round((stage.times[pitch.id] - start).total_seconds() / 60) for pitch in order]
        assert late == [13, 19, 40]  # a long break takes the delay up
