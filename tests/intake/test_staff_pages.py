"""The team's list of applications, its export, and the page of one."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db, scope
from accelerator.core.audit import AuditEntry
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.operations import sending
from accelerator.programmes.models import Edition
from tests.factories import Browser, make_application, make_edition, make_member, make_sector
from tests.factories.intake import make_complete_draft, make_deck, make_form, pdf


def team(**values: Any) -> tuple[Edition, Person]:
    """An edition and somebody of its team."""
    with db.transaction():
        edition = make_edition(**values)
        return edition, make_member(edition, Role.STAFF)


def add(edition: Edition, name: str, state: ApplicationState = ApplicationState.SENT, **values: Any) -> Application:
    """An application of the edition."""
    with db.transaction(), scope.choose(edition.scope):
        return make_application(edition, state, **{"name": name, "country": "EE", **values})


def names(browser: Browser, edition: Edition, query: str = "") -> list[str]:
    """The startups on the page, in order."""
    page = browser.get(f"/editions/{edition.slug}/applications{query}")
    assert page.status_code == 200
    return [part.split("</a>")[0] for part in page.text.split('data-open translate="no">')[1:]]


def test_views_count_and_narrow(browser: Browser) -> None:
    edition, staff = team()
    for name, country, state in [
        ("A", "EE", "sent"),
        ("B", "JP", "eligible"),
        ("C", "KE", "joined"),
        ("D", "JP", "draft"),
        ("E", "JP", "withdrawn"),
    ]:
        add(edition, name, ApplicationState(state), country=country)
    browser.sign_in(staff)
    page = browser.get(f"/editions/{edition.slug}/applications").text
    views = page.split('<nav class="views"')[1].split("</nav>")[0]
    shown = [part.split("</span>")[0].replace(' <span class="muted">', " ") for part in views.split(">")]
    counted = [text.strip() for text in views.replace('<span class="muted">', "").split("<a ")[1:]]
    labels = [text.split(">", 1)[1].replace("</span>", "").replace("</a>", "").strip() for text in counted]
    assert labels == ["All 3", "Abroad 2", "Japan 1", "Draft 1", "Sent 1", "Eligible 1", "Joined 1", "Withdrawn 1"], (
        shown
    )
    assert sorted(names(browser, edition)) == ["A", "B", "C"]
    assert sorted(names(browser, edition, "?view=abroad")) == ["A", "C"]
    assert names(browser, edition, "?view=home") == ["B"]
    assert names(browser, edition, "?view=draft") == ["D"]
    assert names(browser, edition, "?view=withdrawn&sort=name") == ["E"]
    assert sorted(names(browser, edition, "?view=nonsense&sort=nonsense&page=nonsense&size=7")) == ["A", "B", "C"]


def test_search_finds_names_references_countries_and_lines_by_their_words(browser: Browser) -> None:
    edition, staff = team()
    add(edition, "North 100%", one_line="Breath by telephone", country="EE", reference="A-0501")
    add(edition, "South 1000", one_line="医療機器をつなぐ", country="JP", reference="A-0502")
    browser.sign_in(staff)
    found = {
        text: names(browser, edition, f"?sort=name&q={text}")
        for text in (
            "north",
            "100%25",
            "1000",
            "tele",
            "telephone south",
            "south telephone",
            "estonia",
            "日本",
            "医療",
            "機器",
            "療つ",
            "a-0502",
            "502",
            "ＳＯＵＴＨ",
            "zzz",
            "%25",
            "by tele",
            "tele by",
        )
    }
    north, south = ["North 100%"], ["South 1000"]
    assert found == {
        "north": north,
        "100%25": north + south,
        "1000": south,
        "tele": north,
        "telephone south": [],
        "south telephone": [],
        "estonia": north,
        "日本": south,
        "医療": south,
        "機器": south,
        "療つ": [],
        "a-0502": south,
        "502": south,
        "ＳＯＵＴＨ": south,
        "zzz": [],
        "%25": [],
        "by tele": north,
        "tele by": [],
    }


def test_filters_add_up(browser: Browser) -> None:
    edition, staff = team()
    with db.transaction(), scope.choose(edition.scope):
        health, pets = make_sector(edition, "health"), make_sector(edition, "pets")
    add(edition, "A", sector_id=health.id, country="JP")
    add(edition, "B", sector_id=pets.id, country="JP")
    add(edition, "C", sector_id=health.id, country="EE")
    browser.sign_in(staff)
    assert names(browser, edition, "?sector=health&sort=name") == ["A", "C"]
    assert names(browser, edition, "?sector=health&country=JP") == ["A"]
    page = browser.get(f"/editions/{edition.slug}/applications?sector=health&country=KE").text
    assert "Nothing matches" in page
    assert f'href="/editions/{edition.slug}/applications?sector=health"' in page, "the chip takes the country off"


@pytest.mark.parametrize("sort", ["submitted", "-submitted", "name", "-name", "reference", "country"])
def test_pages_hold_every_application_once_in_every_order(browser: Browser, sort: str) -> None:
    edition, staff = team()
    now = clock.now()
    for number in range(60):
        add(
            edition,
            f"S{number:02}",
            submitted_at=now - timedelta(minutes=number % 7),
            country=("EE", "JP", None)[number % 3],
        )
    browser.sign_in(staff)
    seen, path = [], f"?size=25&sort={sort}"
    for _ in range(3):
        page = browser.get(f"/editions/{edition.slug}/applications{path}").text
        seen += names(browser, edition, path)
        if "Further rows" not in page:
            break
        mark = page.split(">Further rows<")[0].split('name="page" value="')[-1].split('"')[0]
        path = f"?size=25&sort={sort}&page={mark}"
    assert len(seen) == 60
    assert len(set(seen)) == 60
    if sort.lstrip("-") == "name":
        assert seen == sorted(seen, reverse=sort.startswith("-"))


def test_the_list_costs_the_same_for_one_and_for_three(browser: Browser, count_queries: list[str]) -> None:
    counts = []
    for number in (1, 3):
        edition, staff = team()
        for at in range(number):
            add(edition, f"S{at}")
        browser.sign_in(staff)
        count_queries.clear()
        assert len(names(browser, edition)) == number
        counts.append(len(count_queries))
    assert counts == [10, 10]


def test_fifty_rows_stay_small(browser: Browser) -> None:
    edition, staff = team()
    for number in range(50):
        add(edition, f"A startup with a long name, number {number:02}", one_line="x" * 140)
    page = browser.sign_in(staff).get(f"/editions/{edition.slug}/applications")
    assert page.text.count("<tr data-row>") == 50
    assert len(page.data) <= 60_000


def test_htmx_gets_the_list_alone(browser: Browser) -> None:
    edition, staff = team()
    add(edition, "North")
    page = browser.sign_in(staff).get(f"/editions/{edition.slug}/applications?q=nor", headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert page.text.lstrip().startswith('<div id="list"')
    assert "North" in page.text


def test_the_button_that_exports_comes_with_the_rows_that_it_takes(browser: Browser) -> None:
    edition, staff = team()
    for name in ("North", "South"):
        add(edition, name)
    browser.sign_in(staff)
    whole = browser.get(f"/editions/{edition.slug}/applications").text
    part = browser.get(f"/editions/{edition.slug}/applications?q=nor", headers={"HX-Request": "true"}).text
    assert "Export 2" in whole.split('<div id="list"')[1]
    assert "Export 1" in part
    assert '<input type="hidden" name="q" value="nor">' in part
    assert 'applications?view=sent&amp;q=nor"' in part, "the views keep what is narrowed"
    answer = browser.post(f"/editions/{edition.slug}/applications.csv", {"q": "nor"})
    assert [row[1] for row in csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))] == ["Startup", "North"]


def test_an_empty_list_shows_the_way_to_the_call(browser: Browser) -> None:
    edition, staff = team()
    page = browser.sign_in(staff).get(f"/editions/{edition.slug}/applications").text
    assert "No applications yet" in page
    assert f'href="/calls/{edition.slug}"' in page


def test_the_export_is_safe_whole_and_noted(browser: Browser) -> None:
    edition, staff = team()
    add(edition, "=cmd()", country="JP", prefecture="JP-28", city="神戸", one_line='a, "b"')
    add(edition, "Plain", country="EE")
    answer = browser.sign_in(staff).post(f"/editions/{edition.slug}/applications.csv", {"view": "home"})
    assert answer.status_code == 200
    assert answer.data.startswith("\ufeff".encode())
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [(row[1], row[2], row[3], row[4], row[5]) for row in rows[1:]] == [
        ("'=cmd()", 'a, "b"', "Japan", "Hyogo", "神戸")
    ]
    assert len(rows[0]) == len(rows[1]) == 14
    with db.reading() as session:
        entry = session.query(AuditEntry).filter_by(action="application.exported").one()
    assert (entry.actor_id, entry.changes) == (staff.id, {"count": 1, "view": "home"})


def test_the_export_goes_on_past_a_thousand(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accelerator.intake.queries.listing.CHUNK", 2)
    edition, staff = team()
    for number in range(5):
        add(edition, f"S{number}")
    answer = browser.sign_in(staff).post(f"/editions/{edition.slug}/applications.csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row[1] for row in rows] == ["Startup", "S0", "S1", "S2", "S3", "S4"]


def test_a_further_piece_of_the_export_asks_who_is_barred_and_for_its_rows(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, count_queries: list[str]
) -> None:
    edition, staff = team()
    for number in range(5):
        add(edition, f"S{number}")
    browser.sign_in(staff)
    asked = []
    for size in (10, 10, 3, 2):  # in one piece, in two, in three; the first of all reads what a process keeps
        monkeypatch.setattr("accelerator.intake.queries.listing.CHUNK", size)
        count_queries.clear()
        assert browser.post(f"/editions/{edition.slug}/applications.csv").data.count(b"\r\n") == 6
        asked.append(len(count_queries))
    assert [number - asked[1] for number in asked[1:]] == [0, 2, 4]


def test_one_application_shows_what_was_sent(browser: Browser) -> None:
    edition, staff = team()
    with db.transaction(), scope.choose(edition.scope):
        form = make_form(edition)
        application = make_complete_draft(
            edition, form, consent_statistics=["given"], founder_statistics=[{"birth_year": 1990, "gender": "woman"}]
        )
        who = application.applicant
        sending.send(application, form, edition=edition, at=clock.now(), actor=who)
        application.answers = {**application.answers, "why_team": "Not sent yet"}
        make_deck(application, pdf(5), "newer.pdf").uploaded_at = clock.now() + timedelta(seconds=5)
    path = f"/editions/{edition.slug}/applications/{application.reference}"
    page = browser.sign_in(staff).get(path)
    assert page.status_code == 200
    assert "We are nurses." in page.text and "kadri@example.org" in page.text and "deck.pdf" in page.text
    for hidden in ("Not sent yet", "newer.pdf", "1990", "About each founder"):
        assert hidden not in page.text
    assert browser.get(path + "?revision=9").status_code == 200


def test_a_draft_shows_facts_and_no_answers(browser: Browser) -> None:
    edition, staff = team()
    application = add(
        edition, "Secret plan", ApplicationState.DRAFT, answers={"name": "Secret plan", "problem": "Hidden words"}
    )
    page = browser.sign_in(staff).get(f"/editions/{edition.slug}/applications/{application.reference}").text
    assert "This application has not been sent." in page
    assert "Hidden words" not in page


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.FOUNDER, Role.PARTNER, Role.MENTOR])
def test_the_pages_are_the_team_s_alone(browser: Browser, role: Role) -> None:
    edition, _staff = team()
    application = add(edition, "North")
    with db.transaction():
        other, member = make_member(make_edition(), Role.ADMIN), make_member(edition, role)
    paths = [f"/editions/{edition.slug}/applications", f"/editions/{edition.slug}/applications/{application.reference}"]
    assert [browser.get(path).status_code for path in paths] == [302, 302]
    for person in (other, member):
        browser.sign_in(person)
        assert [browser.get(path).status_code for path in paths] == [404, 404]
        assert browser.post(f"/editions/{edition.slug}/applications.csv").status_code == 404
