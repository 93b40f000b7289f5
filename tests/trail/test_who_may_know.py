"""Whoever must know nothing of an application finds no act about it in the trail, its file, its counts or its filters."""

import csv
import re
from io import StringIO

import pytest
from sqlalchemy import delete

from accelerator.accounts.models import Person, Role
from accelerator.core import db, scope
from accelerator.core.audit import AuditDetail, audit
from accelerator.core.db import session
from accelerator.core.web import App
from accelerator.intake.models import ConflictKind
from accelerator.programmes.models import Edition
from accelerator.scoring.operations.conflicts import declare_conflict
from tests.factories import Browser, make_application, make_edition, make_member, make_startup


@pytest.fixture
def edition(app: App) -> Edition:
    """An edition."""
    with db.transaction():
        return make_edition()


@pytest.fixture
def riku(edition: Edition) -> Person:
    """One of its team, who knows one of the startups."""
    with db.transaction():
        return make_member(edition, Role.STAFF, given_name="Riku", family_name="Tanaka")


def sentences(text: str) -> list[str]:
    """The sentences of the page, without their marks."""
    rows = re.findall(r'<li class="panel-body stack-xs"><p>(.*?)</p>', text)
    return [re.sub(r"<[^>]+>", "", row) for row in rows]


@pytest.fixture
def barred(edition: Edition, riku: Person) -> Person:
    """Somebody else of the team, who did something to an application that bars Riku, and something else to no other."""
    with db.transaction(), scope.choose(edition.scope):
        mina = make_member(edition, Role.STAFF, given_name="Mina", family_name="Barred")
        startup = make_startup(name="Canary Systems")
        application = make_application(edition, reference="A-0666", startup_id=startup.id)
        other = make_application(edition, reference="A-0001")
        audit(mina, "application.sent", application)
        audit(mina, "selection.decided", application, reason="Canary words", choice=[None, "offer"])
        audit(mina, "startup.profile_recorded", startup, one_line=["", "Canary line"])
        audit(riku, "application.sent", other)
        declare_conflict(application, person=riku, kind=ConflictKind.FAMILY, note="", actor=mina)
        return mina


def test_nothing_of_a_barred_application_is_on_the_page(
    browser: Browser, edition: Edition, riku: Person, barred: Person
) -> None:
    page = browser.sign_in(riku).get(f"/editions/{edition.slug}/audit").text
    assert sentences(page) == ["Riku Tanaka sent A-0001"]
    assert re.findall("A-0666|Canary|Mina", page) == []
    with db.transaction():
        free = make_member(edition, Role.STAFF)
    page = browser.sign_in(free).get(f"/editions/{edition.slug}/audit?person={barred.id}").text
    assert sentences(page) == [
        "Mina Barred declared a conflict of interest with A-0666",
        "Mina Barred changed the profile of Canary Systems",
        "Mina Barred decided to offer A-0666 a place",
        "Mina Barred sent A-0666",
    ]
    assert page.count("Canary words") == 1


def test_nothing_of_it_is_in_the_file_or_behind_a_filter(
    browser: Browser, edition: Edition, riku: Person, barred: Person
) -> None:
    browser.sign_in(riku)
    rows = list(csv.reader(StringIO(browser.post(f"/editions/{edition.slug}/audit.csv").data.decode("utf-8-sig"))))
    assert [row[3] for row in rows[1:]] == [
        "Riku Tanaka sent A-0001",
        f"Riku Tanaka exported the audit trail of {edition.title}",
    ]
    for query in (f"person={barred.id}", "kind=conflict", "kind=startup"):
        assert sentences(browser.get(f"/editions/{edition.slug}/audit?{query}").text) == []


def test_pages_stay_full(browser: Browser, edition: Edition, riku: Person, barred: Person) -> None:
    with db.transaction(), scope.choose(edition.scope):
        for number in range(60):
            audit(riku, "programmes.plan_changed", edition, places=[number, number + 1])
            audit(barred, "application.withdrawn", make_application(edition, applicant_id=riku.id))
    page = browser.sign_in(riku).get(f"/editions/{edition.slug}/audit").text
    assert len(sentences(page)) == 50
    assert set(sentences(page)) == {f"Riku Tanaka changed the settings of {edition.title}"}


def test_acts_of_accounts_are_for_whoever_runs_the_installation(
    browser: Browser, edition: Edition, riku: Person
) -> None:
    with db.transaction(), scope.choose(edition.scope):
        audit(riku, "accounts.password_changed", riku)
    path = f"/editions/{edition.slug}/audit"
    assert sentences(browser.sign_in(riku).get(path).text) == []
    with db.transaction():
        session().get_one(Person, riku.id).is_site_admin = True
    assert sentences(browser.get(path).text) == ["Riku Tanaka set a new password"]


def test_what_was_erased_is_said_to_be(browser: Browser, edition: Edition, riku: Person) -> None:
    with db.transaction(), scope.choose(edition.scope):
        audit(riku, "mentoring.agreed", edition, reason="Because", text=[None, "Call Lena"], owner=[None, "mentor"])
    path = f"/editions/{edition.slug}/audit"
    page = browser.sign_in(riku).get(path).text
    assert page.count("<b>Text</b>: – → Call Lena") == page.count("<b>Owner</b>: – → Mentor") == 1
    with db.transaction():
        session().execute(delete(AuditDetail))
    page = browser.get(path).text
    assert page.count("<b>Text</b>: erased") == page.count("<b>Owner</b>: – → Mentor") == 1
    assert (page.count("Call Lena"), page.count("Because")) == (0, 0)


def test_a_code_is_never_shown(browser: Browser, edition: Edition, riku: Person) -> None:
    with db.transaction(), scope.choose(edition.scope):
        application = make_application(edition, reference="A-0123")
        audit(riku, "screening.judged", application, verdict=[["pass", None], ["fail", "off_theme"]])
        audit(
            riku, "programmes.plan_changed", edition, mode=["online", "on_site"], zone=["Europe/Tallinn", "Asia/Tokyo"]
        )
        audit(riku, "application.sent", application, digest="ab12", state=["draft", "sent"])
        audit(riku, "conflict.declared", edition, person=[None, riku.id], kind=[None, "family"])
    page = browser.sign_in(riku).get(f"/editions/{edition.slug}/audit").text
    changes = re.findall(r"<li><b>([^<]*)</b>: ([^<]*)</li>", page)
    assert changes == [
        ("Person", "– → Riku Tanaka"),
        ("Kind", f"– → {ConflictKind.FAMILY.label}"),
        ("State", "Draft → Sent"),
        ("Mode", "Online → On site"),
        ("Time zone", "Tallinn (EET, UTC+2) → Tokyo (JST, UTC+9)"),
        ("Verdict", "Pass → Fail, Outside the theme"),
    ]
