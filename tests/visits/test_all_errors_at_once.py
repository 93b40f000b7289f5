"""Whoever makes two mistakes in a form hears of both at once: of what the form sees, and of what the operation does."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from accelerator.accounts import passwords
from accelerator.accounts.models import Role
from accelerator.accounts.operations import links
from accelerator.core import clock, db, scope
from accelerator.core.db import add
from accelerator.core.web import App
from accelerator.progress.models import MetricValue
from tests.factories import Browser, make_application, make_cohort_startup, make_edition, make_member
from tests.factories.accounts import mailed_links
from tests.factories.events import make_event
from tests.factories.mentoring import make_mentor
from tests.factories.progress import make_metrics, make_milestone, this_friday
from tests.visits.answered import AnsweredPage

KEPT = passwords.hashed("a sentence of rain")
TOO_EARLY = "2019-01-01"
DATES = ("announced_on", "decisions_on", "starts_on", "coaching_ends_on", "demo_day_on")


@pytest.fixture
def place(app: App) -> SimpleNamespace:
    """An edition with one of everything that the forms are about, and the people who fill them in."""
    with db.transaction():
        edition = make_edition(starts_on=clock.now().date() - timedelta(14))
        with scope.choose(edition.scope):
            admin = make_member(edition, Role.ADMIN, is_site_admin=True, password_hash=KEPT)
            startup, founder = make_cohort_startup(edition)
            metrics = make_metrics(edition, startup, founder)
            milestone = make_milestone(edition, startup, unit="sites")
            application = make_application(edition).reference
            event, mentor = make_event(edition), make_mentor(edition)
            value = add(
                MetricValue(
                    metric_id=metrics["EMP_FT"].id,
                    as_of=this_friday(edition),
                    value=3,
                    note="",
                    source="",
                    entered_by=founder.id,
                    entered_at=clock.now(),
                )
            )
        links.invite(
            "new@example.org", edition.id, Role.MENTOR, title=edition.name, actor=admin, next_path="/", language="en"
        )
        [link] = mailed_links("new@example.org")
    return SimpleNamespace(
        edition=edition,
        here=f"/editions/{edition.slug}",
        programme=edition.programme,
        admin=admin,
        founder=founder,
        startup=startup,
        milestone=milestone.id,
        event=event,
        mentor=mentor,
        value=value.id,
        link=link,
        application=application,
        friday=value.as_of.isoformat(),
        nobody=None,
        owner=mentor.person,
    )


def plan(place: SimpleNamespace, **changes: str) -> dict[str, str]:
    """The plan of an edition as it is typed."""
    edition = place.edition
    both = {f"{name}_{code}": "Words" for name in ("name", "theme", "about", "place") for code in ("en", "ja")}
    days = {name: getattr(edition, name).isoformat() for name in DATES}
    hours = {name: getattr(edition, name).strftime("%Y-%m-%dT%H:%M") for name in ("opens_at", "closes_at")}
    return {**both, **days, **hours, "zone": edition.zone, "mode": "online", "places": "3", **changes}


Case = tuple[str, Callable[[Any], str], Callable[[Any], dict[str, str]], str, str]
CASES: dict[str, Case] = {
    "milestone": (
        "founder",
        lambda it: f"{it.here}/milestones/new",
        lambda it: {"title": "", "due_on": TOO_EARLY, "target": "3", "owner_id": "0"},
        "Give it a title.",
        "Choose a day after the programme began.",
    ),
    "target of a milestone": (
        "founder",
        lambda it: f"{it.here}/milestones/{it.milestone}/edit",
        lambda it: {"title": "", "due_on": "2030-01-01", "target": "3", "unit": "", "owner_id": "0"},
        "Give it a title.",
        "Say what the target counts: customers, interviews, yen.",
    ),
    "evidence": (
        "founder",
        lambda it: f"{it.here}/milestones/{it.milestone}/evidence",
        lambda it: {"text": "", "result": "many", "then": "keep"},
        "Enter “Result” as a number, like 4200 or 3.5.",
        "Write in a sentence what shows that it has been achieved.",
    ),
    "numbers": (
        "founder",
        lambda it: f"{it.here}/numbers",
        lambda it: {"as_of": it.friday, "CUST_PAY": "many", "EMP_FT": "-2"},
        "Enter “Paying customers” as a number, like 4200 or 3.5.",
        "can't be below zero.",
    ),
    "correction": (
        "admin",
        lambda it: f"{it.here}/numbers/values/{it.value}",
        lambda it: {"number": "", "note": ""},
        "Enter the right value.",
        "Say why, for those who read the history.",
    ),
    "event": (
        "admin",
        lambda it: f"{it.here}/events/new",
        lambda it: {
            "title_en": "",
            "title_ja": "催し",
            "kind": "lecture",
            "parent_id": "0",
            "starts_at": "2030-01-02T10:00",
            "ends_at": "2030-01-02T09:00",
        },
        "Give it a title.",
        "Choose an end after the start.",
    ),
    "event changed": (
        "admin",
        lambda it: f"{it.here}/events/{it.event.slug}/edit",
        lambda it: {
            "title_en": "",
            "title_ja": "催し",
            "kind": "lecture",
            "parent_id": "0",
            "starts_at": "2030-01-02T08:00",
            "ends_at": "2030-01-02T09:00",
            "capacity": "0",
        },
        "Give it a title.",
        "Enter at least 1, or leave it empty for no limit.",
    ),
    "verdict": (
        "admin",
        lambda it: f"{it.here}/screening/{it.application}",
        lambda it: {"outcome": "fail", "reason_code": "", "due_on": "2020-13-45"},
        "Enter “Answer by” as a day, like 2020-10-16.",
        "Choose a reason.",
    ),
    "agenda": (
        "admin",
        lambda it: f"{it.here}/events/{it.event.slug}/agenda",
        lambda it: {"agenda-starts_at": "2019-01-01T10:00", "agenda-minutes": "10", "agenda-title_ja": "挨拶"},
        "Give it a title.",
        "Choose a time within the event.",
    ),
    "settings of an edition": (
        "admin",
        lambda it: f"{it.here}/settings",
        lambda it: plan(it, name_en="", decisions_on=TOO_EARLY),
        "Fill in “Name, English”.",
        "“Decisions” can't be before “Call closes”, ",
    ),
    "call that closes before it opens": (
        "admin",
        lambda it: f"{it.here}/settings",
        lambda it: plan(it, places="", closes_at="2019-01-01T10:00"),
        "Fill in “Places”.",
        "The call has to close after it opens.",
    ),
    "edition": (
        "admin",
        lambda it: f"/programmes/{it.programme.slug}/editions/new",
        lambda it: plan(it, name_en="", slug=it.edition.slug),
        "Fill in “Name, English”.",
        "This is already taken. Choose another.",
    ),
    "programme": (
        "admin",
        lambda it: "/programmes/new",
        lambda it: {
            "name_en": "",
            "name_ja": "事業",
            "host_en": "City",
            "host_ja": "市",
            "since": "2016",
            "home_country": "JP",
            "slug": it.programme.slug,
        },
        "Fill in “Name, English”.",
        "This is already taken. Choose another.",
    ),
    "invitation of the team": (
        "admin",
        lambda it: f"{it.here}/people",
        lambda it: {"role": "admin", "language": "tlh", "addresses": it.admin.email},
        "Choose one from the list.",
        "Already in this role:",
    ),
    "password": (
        "admin",
        lambda it: "/settings/password",
        lambda it: {"current": "not this one", "password": ""},
        "Fill in “New password”.",
        "That is not your current password.",
    ),
    "both passwords": (
        "admin",
        lambda it: "/settings/password",
        lambda it: {"current": "not this one", "password": "short"},
        "Use at least 10 characters.",
        "That is not your current password.",
    ),
    "invitation": (
        "nobody",
        lambda it: it.link,
        lambda it: {"given_name": "", "family_name": "Mori", "zone": "Kobe", "password": "short"},
        "Fill in “Given name”.",
        "Use at least 10 characters.",
    ),
    "booking": (
        "founder",
        lambda it: f"{it.here}/mentors/{it.mentor.slug}/book",
        lambda it: {"slot": "2019-01-01T10:00:00+00:00", "purpose": "", "token": "t" * 20},
        "Say what you want to get out of it.",
        "This time has passed.",
    ),
    "weekly hours": (
        "owner",
        lambda it: f"{it.here}/hours",
        lambda it: {"weekly-weekday": "1", "weekly-start": "07:32", "weekly-end": ""},
        "Enter a time, like 07:30.",
        "Use steps of five minutes, like 07:30.",
    ),
    "extra hours": (
        "owner",
        lambda it: f"{it.here}/hours/exceptions",
        lambda it: {"dated-kind": "extra", "dated-first": "", "dated-end": "10:00"},
        "Enter a day.",
        "Extra hours need a start and an end.",
    ),
    "round": (
        "admin",
        lambda it: f"{it.here}/rounds/new",
        lambda it: {
            "name_en": "",
            "name_ja": "審査",
            "reads": "3",
            "see_others": "after_own",
            "opens_at": "2030-01-02T10:00",
            "closes_at": "2030-01-01T10:00",
        },
        "Enter a name in English.",
        "Choose an end after the start.",
    ),
    "founder": (
        "founder",
        lambda it: f"/startups/{it.startup.slug}/founders",
        lambda it: {"name": "x" * 121, "email": it.founder.email},
        "Use 120 characters at most.",
        "This address is already on the list.",
    ),
    "reported figure": (
        "admin",
        lambda it: f"{it.here}/reports/reported",
        lambda it: {
            "code": "other",
            "label_en": "Visits",
            "label_ja": "来訪",
            "value": "3",
            "unit": "count",
            "year": "1999",
            "source_en": "",
            "source_ja": "報告書",
        },
        "Say where you read this.",
        "Enter a year from 2016 to",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_both_mistakes_are_said_at_once(app: App, place: SimpleNamespace, name: str) -> None:
    who, path, typed, of_form, of_operation = CASES[name]
    browser, person = Browser(app), getattr(place, who)
    answer = (browser.sign_in(person) if person else browser).post(path(place), typed(place))
    page = AnsweredPage(answer.text)
    said = " ".join(sentence for _target, sentence in page.problems)
    assert (answer.status_code, of_form in said, of_operation in said) == (422, True, True)
    assert page.faults() == []
