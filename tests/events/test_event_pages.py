"""The pages of events: who sees what, what strangers learn, links, check-in, export."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Role
from accelerator.accounts.tokens import digest
from accelerator.core import clock, db, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.web import App
from accelerator.events import queries
from accelerator.events.models import AgendaItem, Event, Registration, RegistrationState, SeatRequest
from accelerator.notifications.models import Message
from tests.factories import Browser, make_edition, make_member, make_person
from tests.factories.events import make_event, make_registration

G = RegistrationState
STREAM = "https://stream.example.org/secret"
GUEST = {
    "name": "森田 葵",
    "email": "aoi@example.org",
    "organisation": "=HYPERLINK(1)",
    "country": "JP",
    "language": "ja",
    "zone": "Asia/Tokyo",
}


@pytest.fixture
def scene(app: App) -> dict:
    """An edition with a public event for one guest, a hidden one and one for members."""
    with db.transaction():
        edition, other = make_edition(), make_edition()
        with scope.choose(edition.scope):
            event = make_event(edition, capacity=1, stream_url=STREAM, title={"en": "Seed deals", "ja": "資金調達"})
            hidden = make_event(edition, published_at=None)
            members = make_event(edition, public=False)
            people = {role.value: make_member(edition, role) for role in (Role.STAFF, Role.FOUNDER)}
        people["other_staff"] = make_member(other, Role.STAFF)
        people["person"] = make_person()
    paths = {
        name: f"/events/{edition.slug}/{row.slug}"
        for name, row in (("open", event), ("hidden", hidden), ("members", members))
    }
    return {"edition": edition, "event": event, "inside": f"/editions/{edition.slug}/events", **paths, **people}


def rows(scene: dict) -> list[Registration]:
    with db.reading() as session, scope.choose(scene["edition"].scope):
        return list(session.scalars(select(Registration).order_by(Registration.id)))


def newest_link() -> str:
    with db.reading() as session:
        body = session.scalars(select(Message.body).order_by(Message.id.desc())).first()
    found = re.search(r"/events/\S+/places/\S+", body or "")
    assert found is not None
    return found.group(0)


def confirm(browser: Browser) -> None:
    browser.post(newest_link(), {"do": "confirm"})


def guest_in(scene: dict, state: RegistrationState = G.REGISTERED, **values) -> Registration:
    with db.transaction(), scope.choose(scene["edition"].scope):
        return make_registration(db.session().get_one(Event, scene["event"].id), state, **values)


def test_an_address_as_a_japanese_keyboard_types_it_is_taken(scene: dict, app: App):
    sent = Browser(app).post(f"{scene['open']}/register", {**GUEST, "email": " Ａｏｉ＠ｅｘａｍｐｌｅ．ｏｒｇ"})
    assert (sent.status_code, [row.email for row in rows(scene)]) == (302, [GUEST["email"]])


def test_who_sees_an_event(scene: dict, app: App):
    answers = {
        who: [
            (Browser(app).sign_in(scene[who]) if who else Browser(app)).get(scene[page]).status_code
            for page in ("open", "hidden", "members")
        ]
        for who in ("", "person", "founder", "staff", "other_staff")
    }
    assert answers == {
        "": [200, 302, 302],
        "person": [200, 404, 404],
        "founder": [200, 404, 200],
        "staff": [200, 200, 200],
        "other_staff": [200, 404, 404],
    }


def test_registering_by_mail_and_giving_the_place_up(scene: dict, app: App, browser: Browser):
    answer = browser.post(f"{scene['open']}/register", GUEST)
    assert (answer.status_code, answer.location) == (302, f"{scene['open']}?sent=1")
    [guest] = rows(scene)
    assert (guest.name, guest.state, guest.language, guest.zone) == ("森田 葵", G.ASKED, "ja", "Asia/Tokyo")
    asked = newest_link()
    page = browser.get(asked).text
    assert (STREAM in page, "Confirm my registration" in page, rows(scene)[0].state) == (False, True, G.ASKED)
    assert browser.post(asked, {"do": "confirm"}).status_code == 302
    link = newest_link()
    assert (STREAM in browser.get(link).text, rows(scene)[0].state) == (True, G.REGISTERED)
    assert browser.post(link).status_code == 302
    assert rows(scene)[0].state is G.CANCELLED
    assert (browser.get(link).status_code, STREAM in browser.get(link).text) == (404, False)


def test_a_known_address_gets_the_same_answer(scene: dict, app: App):
    answers = []
    Browser(app).post(f"{scene['open']}/register", {**GUEST, "name": "First"})
    confirm(Browser(app))
    for email, name in (("new@example.org", "New"), (GUEST["email"], "Second")):
        stranger = Browser(app)
        sent = stranger.post(f"{scene['open']}/register", {**GUEST, "name": name, "email": email})
        page = stranger.get(sent.location)
        answers.append(
            (
                sent.status_code,
                sent.location,
                re.sub(r'(csrf[^>]*(content|value)="|X-CSRFToken": "|data-now=")[^"]+', "", page.text),
            )
        )
    assert answers[0] == answers[1]
    assert [row.name for row in rows(scene)] == ["First", "New"]


@pytest.mark.parametrize(
    ("state", "shown"), [(G.REGISTERED, True), (G.ATTENDED, True), (G.WAITING, False), (G.CANCELLED, False)]
)
def test_the_stream_is_for_those_with_a_seat(scene: dict, app: App, state: RegistrationState, shown: bool):
    guest_in(scene, state, email=scene["person"].email, token="the-token")
    signed_in, by_link = Browser(app).sign_in(scene["person"]), Browser(app)
    pages = [signed_in.get(scene["open"]).text, by_link.get(f"{scene['open']}/places/the-token").text]
    assert [STREAM in page for page in pages] == [shown, shown]
    others = [Browser(app), Browser(app).sign_in(scene["founder"]), Browser(app).sign_in(scene["other_staff"])]
    assert [STREAM in browser.get(scene["open"]).text for browser in others] == [False] * 3
    inside = [
        Browser(app).sign_in(scene["founder"]).get(scene["inside"]).text,
        Browser(app).sign_in(scene["staff"]).get(scene["inside"]).text,
    ]
    assert [STREAM in page for page in inside] == [False, False]


def test_a_link_is_for_one_event_and_may_be_old(scene: dict, browser: Browser):
    with db.transaction(), scope.choose(scene["edition"].scope):
        elsewhere = make_event(scene["edition"], stream_url=STREAM)
        make_registration(elsewhere, token="theirs")
    answer = browser.get(f"{scene['open']}/places/theirs")
    assert (answer.status_code, STREAM in answer.text, "This link has been replaced." in answer.text) == (
        404,
        False,
        True,
    )
    assert browser.get(f"{scene['hidden']}/places/theirs").status_code == 404
    assert browser.post(f"{scene['open']}/places/theirs").status_code == 404
    assert rows(scene)[0].state is G.REGISTERED


def test_the_database_holds_no_link(scene: dict, browser: Browser):
    browser.post(f"{scene['open']}/register", GUEST)
    with db.reading() as session:
        kept = session.scalars(select(SeatRequest.token_hash)).all()
    assert kept == [digest(newest_link().rsplit("/", 1)[-1])]


def test_what_was_typed_is_kept(scene: dict, browser: Browser):
    answer = browser.post(f"{scene['open']}/register", {**GUEST, "email": "aoi at example", "name": "Aoi <b>"})
    assert (answer.status_code, 'value="aoi at example"' in answer.text, 'value="Aoi &lt;b&gt;"' in answer.text) == (
        422,
        True,
        True,
    )
    assert "Enter an address like name@example.org." in answer.text
    assert browser.post(f"{scene['open']}/register", {**GUEST, "country": "XX"}).status_code == 422
    assert rows(scene) == []


def test_a_full_event_offers_the_waiting_list(scene: dict, browser: Browser):
    guest_in(scene)
    assert "Join the waiting list" in browser.get(scene["open"]).text
    browser.post(f"{scene['open']}/register", GUEST)
    confirm(browser)
    assert [row.state for row in rows(scene)] == [G.REGISTERED, G.WAITING]


def test_giving_up_ones_own_place_only(scene: dict, app: App):
    guest_in(scene, email=scene["person"].email)
    assert Browser(app).sign_in(scene["founder"]).post(f"{scene['open']}/give-up").status_code == 404
    assert Browser(app).post(f"{scene['open']}/give-up").status_code == 401
    assert Browser(app).sign_in(scene["person"]).post(f"{scene['open']}/give-up").status_code == 302
    assert rows(scene)[0].state is G.CANCELLED


def test_the_agenda_is_in_the_viewers_zone(scene: dict, app: App):
    with db.transaction(), scope.choose(scene["edition"].scope):
        event = db.session().get_one(Event, scene["event"].id)
        event.starts_at = clock.now().replace(hour=1, minute=30) + timedelta(days=3)
        event.ends_at = event.starts_at + timedelta(hours=1)
        db.add(
            AgendaItem(
                event_id=event.id,
                starts_at=event.starts_at,
                minutes=10,
                title={"en": "Opening", "ja": "開会"},
                speaker="Mayor",
            )
        )
        there = make_person(zone="Europe/Tallinn" if event.starts_at.month in (12, 1, 2) else "UTC")
    local = "03:30" if there.zone == "Europe/Tallinn" else "01:30"
    assert f">{local}</time></span><div><b>Opening</b>" in Browser(app).sign_in(there).get(scene["open"]).text
    assert ">10:30</time></span><div><b>Opening</b>" in Browser(app).get(scene["open"]).text


def test_planning_publishing_and_the_agenda(scene: dict, app: App):
    staff = Browser(app).sign_in(scene["staff"])
    values = {
        "title_en": "KOBE Week",
        "title_ja": "神戸ウィーク",
        "kind": "side_event",
        "parent_id": "0",
        "starts_at": "2031-11-09T10:00",
        "ends_at": "2031-11-09T09:00",
        "about_en": "A week",
        "about_ja": "",
        "capacity": "１００",
        "public": "y",
    }
    bad = staff.post(f"{scene['inside']}/new", values)
    assert (bad.status_code, "Choose an end after the start." in bad.text, 'value="2031-11-09T09:00"' in bad.text) == (
        422,
        True,
        True,
    )
    values["ends_at"] = "2031-11-13T18:00"
    assert staff.post(f"{scene['inside']}/new", values).status_code == 302
    with db.reading(), scope.choose(scene["edition"].scope):
        made = queries.event(scene["edition"], "kobe-week")
        assert made is not None
        assert (made.starts_at.isoformat(), made.capacity, made.public) == ("2031-11-09T01:00:00+00:00", 100, True)
    there = f"{scene['inside']}/kobe-week"
    refused = staff.post(f"{there}/publish", headers={"Referer": f"http://localhost{there}/edit"})
    assert (refused.status_code, "Both languages are needed" in staff.get(f"{there}/edit").text) == (302, True)
    assert staff.post(f"{there}/edit", {**values, "about_ja": "一週間"}).status_code == 302
    assert staff.post(f"{there}/publish").status_code == 302
    point = {
        "agenda-title_en": "Opening",
        "agenda-title_ja": "開会",
        "agenda-minutes": "many",
        "agenda-starts_at": "2031-11-09T10:00",
    }
    assert staff.post(f"{there}/agenda", point).status_code == 422
    assert staff.post(f"{there}/agenda", {**point, "agenda-minutes": "30"}).status_code == 302
    assert "Opening" in Browser(app).get(f"/events/{scene['edition'].slug}/kobe-week").text
    with db.reading() as session:
        item = session.scalar(select(AgendaItem.id))
    removal = f"/editions/{scene['edition'].slug}/agenda/{item}/remove"
    assert Browser(app).sign_in(scene["other_staff"]).post(removal).status_code == 404
    assert staff.post(removal).status_code == 302
    assert staff.post(f"{there}/take-back").status_code == 302


def test_the_team_alone_sees_and_steers_guests(scene: dict, app: App):
    guest = guest_in(scene)
    there = f"{scene['inside']}/{scene['event'].slug}"
    for who in ("founder", "other_staff", "person"):
        browser = Browser(app).sign_in(scene[who])
        answers = [
            browser.get(f"{there}/registrations"),
            browser.get(f"{there}/edit"),
            browser.post(f"{there}/registrations.csv"),
            browser.post(f"{there}/publish"),
            browser.post(f"/editions/{scene['edition'].slug}/registrations/{guest.id}/attended"),
        ]
        assert [answer.status_code for answer in answers] == [404] * 5
    assert Browser(app).get(f"{there}/registrations").status_code == 302


def test_checking_in_at_the_door(scene: dict, app: App):
    guest = guest_in(scene)
    staff = Browser(app).sign_in(scene["staff"])
    door = f"/editions/{scene['edition'].slug}/registrations/{guest.id}/attended"
    listed = f"{scene['inside']}/{scene['event'].slug}/registrations?state=registered"
    assert staff.post(door, {"attended": "yes", "next": listed}).location == listed
    assert rows(scene)[0].state is G.ATTENDED
    assert staff.post(door, {"attended": "no", "next": "//evil.example"}).location == listed.split("?")[0]
    assert rows(scene)[0].state is G.REGISTERED


def test_the_export_is_harmless_and_recorded(scene: dict, app: App, browser: Browser):
    browser.post(f"{scene['open']}/register", GUEST)
    answer = Browser(app).sign_in(scene["staff"]).post(f"{scene['inside']}/{scene['event'].slug}/registrations.csv")
    text = answer.data.decode("utf-8")
    assert (text[0], "'=HYPERLINK(1)" in text, "森田 葵" in text) == ("\ufeff", True, True)
    with db.reading() as session:
        assert session.scalars(
            select(AuditEntry.changes).where(AuditEntry.action == "events.exported_guests")
        ).all() == [{"rows": [None, 1]}]


def test_paging_and_searching_guests(scene: dict, app: App):
    with db.transaction(), scope.choose(scene["edition"].scope):
        event = db.session().get_one(Event, scene["event"].id)
        for _ in range(51):
            make_registration(event)
        make_registration(event, name="Zuzana 100%", organisation="City of Kobe")
    staff, there = Browser(app).sign_in(scene["staff"]), f"{scene['inside']}/{scene['event'].slug}/registrations"
    first = staff.get(there).text
    found = re.search(r'rel="next" href="([^"]+)"', first)
    assert found is not None
    second = staff.get(found.group(1).replace("&amp;", "&")).text
    assert (first.count('<th scope="row"'), second.count('<th scope="row"'), "Zuzana" in second) == (50, 2, True)
    for search, hits in (("kobe", 1), ("100%", 1), ("%", 1), ("nobody", 0)):
        assert staff.get(there, query_string={"q": search}).text.count('<th scope="row"') == hits


@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_statements_stays(scene: dict, app: App, count_queries: list[str], number: int):
    with db.transaction(), scope.choose(scene["edition"].scope):
        event = db.session().get_one(Event, scene["event"].id)
        for _ in range(number):
            make_registration(event)
            make_registration(make_event(scene["edition"], parent_id=event.id))
            db.add(AgendaItem(event_id=event.id, starts_at=event.starts_at, minutes=5, title={"en": "A", "ja": "A"}))
    staff = Browser(app).sign_in(scene["staff"])
    assert _statements(count_queries, lambda: staff.get(scene["inside"])) == 4
    assert _statements(count_queries, lambda: staff.get(f"{scene['inside']}/{scene['event'].slug}/registrations")) == 7
    assert _statements(count_queries, lambda: staff.get(scene["open"])) == 7


def _statements(seen: list[str], ask: Callable[[], object]) -> int:
    seen.clear()
    ask()
    return len(seen)
