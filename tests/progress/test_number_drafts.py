"""Numbers that were typed and not sent come back as they were typed, to this browser and this startup alone."""

import re
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db, scope
from accelerator.core.web import App
from accelerator.programmes.models import Edition
from accelerator.progress.models import MetricValue
from accelerator.progress.weeks import WEEK
from tests.factories import Browser, make_cohort_startup, make_edition, make_member
from tests.factories.progress import make_metrics, this_friday

World = tuple[Edition, Person, Person]


@pytest.fixture
def world(app: App) -> World:
    """An edition, a founder with five numbers to send, and staff."""
    with db.transaction():
        today = clock.now().date()
        edition = make_edition(starts_on=today - WEEK * 4, coaching_ends_on=today + WEEK * 4)
        with scope.choose(edition.scope):
            startup, founder = make_cohort_startup(edition)
            make_metrics(edition, startup, founder)
            staff = make_member(edition, Role.STAFF)
    return edition, founder, staff


def typed(edition: Edition, **more: str) -> dict[str, str]:
    words = {
        "as_of": this_friday(edition).isoformat(),
        "USERS_ACT": "12 or so",
        "REV_M": "４１２",
        "note": "From home.",
    }
    return {**words, **more}


def test_what_was_typed_is_there_again_until_it_is_sent(world: World, app: App):
    edition, founder, _ = world
    me, path = Browser(app).sign_in(founder), f"/editions/{edition.slug}/numbers"
    week = this_friday(edition).isoformat()
    assert f'data-autosave="{path}/draft?week={week}"' in me.get(path).text
    saved = me.post(f"{path}/draft", typed(edition))
    assert (saved.status_code, saved.text) == (204, "")
    page = me.get(path).text
    for words in ('value="12 or so"', 'value="４１２"', ">From home.</textarea>", "Discard the draft", "Draft saved "):
        assert words in page
    assert 'aria-invalid="true"' not in page
    with db.reading():
        assert db.session().scalar(select(func.count(MetricValue.id))) == 0
    assert me.post(path, typed(edition)).status_code == 422
    assert me.post(path, typed(edition, USERS_ACT="12")).status_code == 302
    assert "Discard the draft" not in me.get(path).text
    with db.reading():
        assert sorted(db.session().scalars(select(MetricValue.value))) == [Decimal(12), Decimal(412)]


def test_a_draft_is_discarded(world: World, app: App):
    edition, founder, _ = world
    me, path = Browser(app).sign_in(founder), f"/editions/{edition.slug}/numbers"
    me.post(f"{path}/draft", typed(edition))
    week = this_friday(edition).isoformat()
    assert me.post(f"{path}/draft", {"do": "discard"}).location == f"{path}?week={week}"
    assert "12 or so" not in me.get(path).text


def test_what_does_not_fit_is_refused_and_the_older_draft_stays(world: World, app: App):
    edition, founder, _ = world
    me, path = Browser(app).sign_in(founder), f"/editions/{edition.slug}/numbers"
    me.post(f"{path}/draft", typed(edition))
    assert me.post(f"{path}/draft", typed(edition, note="数" * 1000)).status_code == 413
    assert ">From home.</textarea>" in me.get(path).text


def test_nobody_else_has_drafts_here(world: World, app: App):
    edition, founder, staff = world
    path = f"/editions/{edition.slug}/numbers"
    me = Browser(app).sign_in(founder)
    me.post(f"{path}/draft", typed(edition))
    with db.transaction():
        other = make_edition()
        with scope.choose(other.scope):
            startup, rival = make_cohort_startup(other)
            make_metrics(other, startup, rival)
    assert "12 or so" not in Browser(app).sign_in(rival).get(f"/editions/{other.slug}/numbers").text
    answers = [Browser(app).sign_in(who).post(f"{path}/draft", typed(edition)).status_code for who in (staff, rival)]
    assert [*answers, Browser(app).post(f"{path}/draft", {}).status_code] == [404, 404, 401]


def value_of(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*\bname="{name}"[^>]*>', page)
    assert found
    value = re.search(r'value="([^"]*)"', found.group())
    return value.group(1) if value else ""


def test_another_week_has_its_own_numbers_and_drafts(world: World, app: App):
    """What was typed for one week is never sent for another, and is there when one comes back."""
    edition, founder, _ = world
    me, path = Browser(app).sign_in(founder), f"/editions/{edition.slug}/numbers"
    now, before = this_friday(edition), this_friday(edition) - WEEK
    assert me.post(path, typed(edition, as_of=before.isoformat(), USERS_ACT="100")).status_code == 302
    assert me.post(path, typed(edition, USERS_ACT="126")).status_code == 302
    went = me.post(f"{path}/draft", typed(edition, USERS_ACT="130", do="week", week=before.isoformat()))
    assert (went.status_code, went.location) == (302, f"{path}?week={before.isoformat()}")
    page = me.get(went.location).text
    assert (value_of(page, "as_of"), value_of(page, "USERS_ACT")) == (before.isoformat(), "100")
    assert "Unsent numbers are kept for" in page
    me.post(f"{path}/draft", typed(edition, as_of=before.isoformat(), USERS_ACT="99"))
    assert value_of(me.get(path).text, "USERS_ACT") == "130"
    assert value_of(me.get(f"{path}?week={before.isoformat()}").text, "USERS_ACT") == "99"
    assert me.post(path, typed(edition, USERS_ACT="130")).status_code == 302
    assert value_of(me.get(f"{path}?week={before.isoformat()}").text, "USERS_ACT") == "99"
    assert value_of(me.get(f"{path}?week={now.isoformat()}").text, "USERS_ACT") == "130"


def test_a_week_without_numbers_begins_with_those_before_it(world: World, app: App):
    edition, founder, _ = world
    me, path = Browser(app).sign_in(founder), f"/editions/{edition.slug}/numbers"
    me.post(path, typed(edition, as_of=(this_friday(edition) - WEEK * 3).isoformat(), USERS_ACT="100"))
    me.post(path, typed(edition, as_of=(this_friday(edition) - WEEK).isoformat(), USERS_ACT="130"))
    weeks = [this_friday(edition) - WEEK * number for number in (4, 2, 0)]
    shown = [value_of(me.get(f"{path}?week={week.isoformat()}").text, "USERS_ACT") for week in weeks]
    assert shown == ["", "100", "130"]


def test_what_the_form_shows_anyway_is_no_draft(world: World, app: App):
    edition, founder, _ = world
    me, path = Browser(app).sign_in(founder), f"/editions/{edition.slug}/numbers"
    me.post(path, typed(edition, USERS_ACT="100", source="Ledger"))
    me.post(
        f"{path}/draft",
        {"as_of": this_friday(edition).isoformat(), "USERS_ACT": "100", "REV_M": "412", "source": "Ledger", "note": ""},
    )
    assert "Discard the draft" not in me.get(path).text


def test_a_note_that_can_not_be_kept_stays_on_the_page(world: World, app: App):
    edition, founder, _ = world
    me, path = Browser(app).sign_in(founder), f"/editions/{edition.slug}/numbers"
    week = (this_friday(edition) - WEEK).isoformat()
    answer = me.post(f"{path}/draft", typed(edition, note="数" * 900, do="week", week=week))
    assert (answer.status_code, "数" * 900 in answer.text, "The note is too long to be kept" in answer.text) == (
        422,
        True,
        True,
    )
