"""What viewers see as the show goes on, and an investor's change of mind."""

import re
from html import unescape

from sqlalchemy.orm import Session

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.core.web import App
from accelerator.demo_day import operations, queries
from accelerator.demo_day.models import InterestLevel, Phase
from accelerator.events.models import Event
from accelerator.events.operations.cancelling import cancel_event
from accelerator.programmes.models import Edition
from tests.factories import Browser, make_edition, make_member
from tests.factories.demo_day import make_demo_day, make_investor, make_pitch


def test_every_step_is_taken_back_one_by_one(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        staff, event = make_member(edition, Role.STAFF), make_demo_day(edition)
        pitch = make_pitch(edition, event)[0]
        operations.call_next(event, actor=staff)
        operations.open_questions(event, actor=staff)
        operations.close_show(event, actor=staff)
        seen = []
        for _ in range(3):
            operations.step_back(event, actor=staff)
            stage = queries.stage(edition)
            assert stage is not None
            assert stage.show is not None
            seen.append((stage.show.state, stage.show.pitch_id, pitch.ended_at is None, pitch.started_at is None))
        assert seen == [
            (Phase.QUESTIONS, pitch.id, False, False),
            (Phase.PITCH, pitch.id, True, False),
            (Phase.BEFORE, None, True, True),
        ]


def steer(edition: Edition, event: Event, operation) -> None:
    with db.transaction(), scope.choose(edition.scope):
        operation(db.session().get_one(Event, event.id), actor=None)


def test_the_part_that_moves_follows_the_phases(app: App) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            event = make_demo_day(edition)
            _, startup, _ = make_pitch(edition, event)
    viewer, path = Browser(app), f"/demo-day/{edition.slug}"

    def live() -> str:
        part = viewer.get(path, headers={"HX-Request": "true"}).text
        assert "<html" not in part
        return unescape(part)

    before = live()
    assert ("Register to watch" in before, "stream.example" in before, "Live now" in before) == (True, False, False)
    steer(edition, event, operations.call_next)
    assert all(text in live() for text in ("Live now", "Pitch 1 of 1", f'<h2 id="now-h" translate="no">{startup.name}'))
    assert "A pilot." in live()
    steer(edition, event, operations.open_questions)
    assert "Questions" in live()
    steer(edition, event, operations.close_show)
    over = live()
    assert "The recording appears here when it is ready." in over
    assert ("figcaption" in over, "Register to watch" in over, 'id="now-h"' in over) == (False, False, False)
    with db.transaction(), scope.choose(edition.scope):
        db.session().get_one(Event, event.id).recording_url = "https://video.example/x"
    assert "https://video.example/x" in live()


def test_a_cancelled_demo_day_says_so(app: App) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            event, staff = make_demo_day(edition), make_member(edition, Role.STAFF)
    assert "Demo Day is cancelled" not in Browser(app).get(f"/demo-day/{edition.slug}").text
    with db.transaction(), scope.choose(edition.scope):
        cancel_event(db.session().get_one(Event, event.id), reason="", actor=staff)
    page = Browser(app).get(f"/demo-day/{edition.slug}").text
    assert "Demo Day is cancelled" in page
    assert f'href="/events/{edition.slug}/demo-day"' in page


def test_an_investor_undoes_a_change_of_interest(app: App) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            pitch, startup, _ = make_pitch(edition, make_demo_day(edition))
            investor, person = make_investor(edition)
            operations.show_interest(pitch, level=InterestLevel.INTERESTED, actor=person)
    me, path = Browser(app).sign_in(person), f"/demo-day/{edition.slug}/pitches/{pitch.id}/interest"

    def level() -> str | None:
        with db.reading(), scope.choose(edition.scope):
            return queries.levels_of(investor).get(pitch.id)

    for source, where in (("stage", f"/demo-day/{edition.slug}"), ("list", f"/editions/{edition.slug}/demo-day/list")):
        leads_to = me.post(path, {"level": "none", "from": source}).location
        assert leads_to == f"{where}?was={pitch.id}-interested"
        page = me.get(leads_to).text
        assert (level(), f"Changed: {startup.name}" in page) == (None, True)
        undo = re.search(r'<button class="btn btn-sm" name="level" value="(\w+)">Undo', page)
        assert undo is not None
        back = me.post(path, {"level": undo.group(1), "from": source, "undone": "yes"}).location
        assert (back, level()) == (where, InterestLevel.INTERESTED)
    assert me.post(path, {"level": "interested"}).location == f"/demo-day/{edition.slug}"
    assert "Changed: " not in me.get(f"/demo-day/{edition.slug}?was={pitch.id}-wild").text
