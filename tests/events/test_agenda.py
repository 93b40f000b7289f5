"""The agenda: changing, moving, removing and putting back its points."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from accelerator.accounts.models import Person, Role
from accelerator.core import db, scope
from accelerator.core.errors import Refused
from accelerator.core.web import App
from accelerator.events import queries
from accelerator.events.models import AgendaItem, Event
from accelerator.events.operations import agenda
from accelerator.programmes.models import Edition
from tests.factories import Browser, make_edition, make_member
from tests.factories.events import make_event


def fill(event: Event, actor: Person, *points: tuple[str, int, int]) -> list[AgendaItem]:
    """Points by title, minutes after the event's start, and length."""
    return [
        agenda.add_agenda_item(
            event,
            starts_at=event.starts_at + timedelta(minutes=at),
            minutes=minutes,
            title={"en": name, "ja": name},
            speaker="",
            actor=actor,
        )
        for name, at, minutes in points
    ]


def order(event: Event) -> list[tuple[str, int, int]]:
    return [
        (item.title["en"], int((item.starts_at - event.starts_at).total_seconds() // 60), item.minutes)
        for item in queries.agenda(event.id)
    ]


def test_a_point_moves_past_its_neighbour_within_their_time(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        staff, event = make_member(edition, Role.STAFF), make_event(edition)
        first, _second, third = fill(event, staff, ("Welcome", 0, 10), ("Talk", 15, 20), ("End", 40, 5))
        agenda.shift_agenda_item(first, earlier=False, actor=staff)
        assert order(event) == [("Talk", 0, 20), ("Welcome", 25, 10), ("End", 40, 5)]
        agenda.shift_agenda_item(first, earlier=True, actor=staff)
        assert order(event) == [("Welcome", 0, 10), ("Talk", 15, 20), ("End", 40, 5)]
        for item, earlier in ((first, True), (third, False)):
            with pytest.raises(Refused):
                agenda.shift_agenda_item(item, earlier=earlier, actor=staff)


def test_points_at_the_same_time_change_places_too(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        staff, event = make_member(edition, Role.STAFF), make_event(edition)
        first, _ = fill(event, staff, ("A", 0, 10), ("B", 0, 10))
        agenda.shift_agenda_item(first, earlier=False, actor=staff)
        assert order(event) == [("B", 0, 10), ("A", 10, 10)]


def test_a_changed_time_changes_the_place(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        staff, event = make_member(edition, Role.STAFF), make_event(edition)
        first, _ = fill(event, staff, ("A", 0, 10), ("B", 10, 10))
        values = {"title": {"en": "C", "ja": "C"}, "speaker": "Aoi", "actor": staff}
        agenda.change_agenda_item(first, starts_at=event.starts_at + timedelta(minutes=30), minutes=5, **values)
        assert order(event) == [("B", 10, 10), ("C", 30, 5)]
        for starts_at, minutes in ((event.ends_at, 5), (event.starts_at, 0)):
            with pytest.raises(Refused):
                agenda.change_agenda_item(first, starts_at=starts_at, minutes=minutes, **values)


@pytest.fixture
def scene(app: App) -> tuple[Edition, Event, Person, int]:
    with db.transaction():
        edition = make_edition(zone="Asia/Tokyo")
        with scope.choose(edition.scope):
            event, staff = make_event(edition), make_member(edition, Role.STAFF)
            item = fill(event, staff, ("Opening", 0, 10), ("Talk", 10, 20))[0].id
    return edition, event, staff, item


def shown(edition: Edition, event: Event) -> list[tuple[str, int, int]]:
    with db.reading(), scope.choose(edition.scope):
        return order(event)


def test_changing_and_moving_on_the_page(scene: tuple[Edition, Event, Person, int], app: App):
    edition, event, staff, item = scene
    team, there = Browser(app).sign_in(staff), f"/editions/{edition.slug}/agenda/{item}"
    page = team.get(f"{there}/edit")
    assert 'value="Opening"' in page.text
    local = event.starts_at.astimezone(ZoneInfo("Asia/Tokyo")) + timedelta(minutes=40)
    sent = {"title_en": "Closing", "title_ja": "閉会", "starts_at": local.strftime("%Y-%m-%dT%H:%M"), "minutes": "0"}
    refused = team.post(f"{there}/edit", sent)
    assert (refused.status_code, "Enter minutes between 1 and 1440." in refused.text, "Closing" in refused.text) == (
        422,
        True,
        True,
    )
    assert team.post(f"{there}/edit", {**sent, "minutes": "5"}).status_code == 302
    assert [title for title, _, _ in shown(edition, event)] == ["Talk", "Closing"]
    assert team.post(f"{there}/shift", {"by": "earlier"}).status_code == 302
    assert [title for title, _, _ in shown(edition, event)] == ["Closing", "Talk"]


def test_a_removed_point_is_put_back_once(scene: tuple[Edition, Event, Person, int], app: App):
    edition, event, staff, item = scene
    team, there = Browser(app).sign_in(staff), f"/editions/{edition.slug}/agenda/{item}"
    before = shown(edition, event)
    leads_to = team.post(f"{there}/remove").location
    assert shown(edition, event) == before[1:]
    assert "Removed: Opening" in team.get(leads_to).text
    public = f"/events/{edition.slug}/{event.slug}"
    assert ("Opening" in Browser(app).get(public).text, "Talk" in Browser(app).get(public).text) == (False, True)
    gone = [team.get(f"{there}/edit"), team.post(f"{there}/shift", {"by": "later"}), team.post(f"{there}/remove")]
    assert [answer.status_code for answer in gone] == [404, 404, 404]
    assert [team.post(f"{there}/put-back").status_code for _ in range(2)] == [302, 409]
    assert "Opening" in Browser(app).get(public).text
    assert shown(edition, event) == before
    assert "Removed: Opening" not in team.get(leads_to).text


def test_only_the_team_of_the_edition(scene: tuple[Edition, Event, Person, int], app: App):
    edition, _, staff, item = scene
    with db.transaction():
        other = make_edition()
        with scope.choose(other.scope):
            stranger = make_member(other, Role.STAFF)
    there = f"/editions/{edition.slug}/agenda/{item}"
    Browser(app).sign_in(staff).post(f"{there}/remove")
    answers = [
        Browser(app).sign_in(stranger).post(f"{there}/put-back").status_code,
        Browser(app).sign_in(stranger).post(f"/editions/{other.slug}/agenda/{item}/put-back").status_code,
        Browser(app).post(f"{there}/put-back").status_code,
    ]
    assert answers == [404, 404, 401]
