"""Columns of the list of applications, views that are saved, and orders by what is shown."""

import csv
import io
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db, scope
from accelerator.core.db import session
from accelerator.core.web import App
from accelerator.intake.answers.questions import PlainForm
from accelerator.intake.models import Application
from accelerator.intake.operations import sending
from accelerator.intake.operations import tags as operations
from accelerator.intake.team_models import SavedView
from accelerator.programmes.models import Edition
from accelerator.scoring.models import RankingEntry, RoundState
from tests.factories import Browser, make_application, make_edition, make_member
from tests.factories.intake import make_complete_draft, make_form
from tests.factories.scoring import make_round


@pytest.fixture
def edition(app: App) -> Edition:
    with db.transaction():
        return make_edition()


@pytest.fixture
def staff(edition: Edition, browser: Browser) -> Person:
    with db.transaction():
        person = make_member(edition, Role.STAFF)
    browser.sign_in(person)
    return person


def sent(edition: Edition, form: PlainForm | None = None, **changes: Any) -> Application:
    """An application that was sent with the default form."""
    edition = session().get_one(Edition, edition.id)
    form = form or make_form(edition)
    draft = make_complete_draft(edition, form, **changes)
    sending.send(draft, form, edition=edition, at=clock.now(), actor=draft.applicant)
    return draft


def cells(browser: Browser, edition: Edition, query: str) -> list[list[str]]:
    """The words of each row of the list, the tick left out."""
    page = browser.get(f"/editions/{edition.slug}/applications{query}").text
    rows = [row.split("</tr>")[0] for row in page.split("<tr data-row>")[1:]]
    parts = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)[1:] for row in rows]
    return [[" ".join(unescape(re.sub("<[^>]+>", " ", part)).split()) for part in row] for row in parts]


def test_any_answer_and_the_mean_of_the_reviews_can_be_columns(
    browser: Browser, edition: Edition, staff: Person
) -> None:
    with db.transaction(), scope.choose(edition.scope):
        application = sent(edition, why_team="We are nurses.", consent_statistics=["given"])
        application.answers = {**application.answers, "why_team": "Not sent yet"}
        round_ = make_round(session().get_one(Edition, edition.id), RoundState.OPEN, actor=staff)
        entry = {"edition_id": edition.id, "round_id": round_.id, "application_id": application.id}
        session().add(RankingEntry(**entry, wanted=3, reads=2, raw_mean=3.456))
    shown = cells(browser, edition, "?columns=q-why_team.score.city.q-founder_statistics.q-nonsense.x")
    assert [row[2:] for row in shown] == [["Tallinn", "3.46", "We are nurses."]]
    page = browser.get(f"/editions/{edition.slug}/applications/columns?columns=q-why_team&q=north").text
    assert '<input type="hidden" name="q" value="north">' in page
    assert 'value="q-why_team" checked' in page and 'value="country" checked' not in page
    assert "Why" in page and "q-founder_statistics" not in page
    ticked = cells(browser, edition, "?column=state&column=city")
    assert [row[2:] for row in ticked] == [["Sent", "Tallinn"]]


def test_the_file_holds_what_is_shown(
    browser: Browser, edition: Edition, staff: Person, count_queries: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.transaction(), scope.choose(edition.scope):
        form = make_form(session().get_one(Edition, edition.id))
        for line in ("=cmd()", "Plain", "Third"):
            application = sent(edition, form, why_team=line)
        here = session().get_one(Person, staff.id)
        operations.keep_in_order(application, tag_ids=[], new_tag="Hotels", owner=here, actor=here)
    query = {"columns": "q-why_team.state.tags.owner.city.score", "sort": "name"}
    asked = []
    for size in (10, 10, 2):
        monkeypatch.setattr("accelerator.intake.queries.listing.CHUNK", size)
        count_queries.clear()
        answer = browser.post(f"/editions/{edition.slug}/applications.csv", query)
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
        asked.append(len(count_queries))
    assert rows[0][2:] == ["State", "Tags", "Owner", "City", "Mean score", "Why this team"]
    assert [row[2:] for row in rows[1:]] == [
        ["Sent", "", "", "Tallinn", "", "'=cmd()"],
        ["Sent", "", "", "Tallinn", "", "Plain"],
        ["Sent", "Hotels", staff.name_in("en"), "Tallinn", "", "Third"],
    ]
    assert asked[1] <= 15


def test_what_is_sealed_is_no_column_and_no_order(browser: Browser, edition: Edition, staff: Person) -> None:
    with db.transaction(), scope.choose(edition.scope):
        sent(edition)
        here = session().get_one(Edition, edition.id)
        here.sealed, here.closes_at = True, clock.now() + timedelta(days=2)
    shown = cells(browser, edition, "?columns=q-problem.city.one_line.state&sort=city")
    assert [row[2:] for row in shown] == [["Sent"]]
    page = browser.get(f"/editions/{edition.slug}/applications/columns").text
    assert "what applicants wrote can be shown once it has closed" in page and "q-problem" not in page


def test_the_list_is_ordered_by_owner_state_and_sector_page_by_page(
    browser: Browser, edition: Edition, staff: Person
) -> None:
    with db.transaction(), scope.choose(edition.scope):
        for number in range(30):
            application = make_application(edition, name=f"S{number:02}")
            if number % 2:
                operations.give_owner(application, owner=session().get_one(Person, staff.id), actor=staff)
    for sort in ("owner", "-owner", "state", "sector", "-city", "prefecture"):
        first = browser.get(f"/editions/{edition.slug}/applications?size=25&sort={sort}").text
        mark = first.split(">Further rows<")[0].split('name="page" value="')[-1].split('"')[0]
        rows = cells(browser, edition, f"?size=25&sort={sort}") + cells(
            browser, edition, f"?size=25&sort={sort}&page={mark}"
        )
        assert len({row[1] for row in rows}) == 30
        page = f"/editions/{edition.slug}/applications/{rows[3][0]}?sort={sort}"
        assert browser.get(page).status_code == 200, "the way to its neighbours knows the same orders"
    assert [bool(row[-1]) for row in cells(browser, edition, "?size=50&sort=-owner")] == [True] * 15 + [False] * 15


def test_views_are_saved_for_oneself_or_the_team_renamed_and_removed(
    browser: Browser, edition: Edition, staff: Person
) -> None:
    path = f"/editions/{edition.slug}/applications"
    query = "view=draft&country=EE&sort=name&columns=state.city"
    with db.transaction():
        colleague = make_member(edition, Role.ADMIN)
    assert browser.post(f"{path}/views/new?{query}", {"name": " ", "for_team": "no"}).status_code == 422
    for name, team in (("Estonia", "no"), ("For all", "yes")):
        saved = browser.post(f"{path}/views/new?{query}", {"name": name, "for_team": team})
        assert saved.status_code == 302
    with db.reading(), scope.choose(edition.scope):
        mine, ours = session().scalars(select(SavedView).order_by(SavedView.id)).all()
    shown = browser.get(saved.headers["Location"]).text
    assert shown.split('<nav class="views"')[1].split("</nav>")[0].count('aria-current="page"') == 2
    assert "Rename or remove this view" in shown and "Estonia" in shown
    browser.sign_in(colleague)
    page = browser.get(path).text
    assert ("For all" in page, "Estonia" in page) == (True, False)
    assert browser.get(f"{path}/views/{mine.id}").status_code == 404
    assert browser.post(f"{path}/views/{mine.id}/remove").status_code == 404
    assert browser.post(f"{path}/views/{ours.id}", {"name": "Ours", "for_team": "yes"}).status_code == 302
    assert browser.post(f"{path}/views/{ours.id}/remove").status_code == 302
    assert "Ours" not in browser.get(path).text.split("</nav>")[-2]
    with db.transaction():
        others = [make_member(edition, Role.REVIEWER), make_member(make_edition(), Role.ADMIN)]
    for person in others:
        browser.sign_in(person)
        addresses = ["/views/new", f"/views/{mine.id}", "/columns"]
        assert {browser.get(path + address).status_code for address in addresses} == {404}


def test_columns_cost_the_same_for_one_and_for_many(
    browser: Browser, edition: Edition, staff: Person, count_queries: list[str]
) -> None:
    counts = []
    with db.transaction(), scope.choose(edition.scope):
        form = make_form(edition)
    for number in (1, 0, 2):
        with db.transaction(), scope.choose(edition.scope):
            for _ in range(number):
                sent(edition, form)
        count_queries.clear()
        cells(browser, edition, "?columns=q-problem.q-why_team.one_line.score.tags.owner&country=EE")
        counts.append(len(count_queries))
    assert counts[1] == counts[2] <= 15
