"""The rubric of a round in preparation: changed by the team on one page, and fixed once the round was opened."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.errors import Refused
from accelerator.scoring.models import RoundState
from accelerator.scoring.operations import rubrics
from accelerator.scoring.queries import rounds
from accelerator.scoring.rubric import ANCHORED, DEFAULT_RUBRIC, Line, rubric_version
from tests.factories import Browser, make_edition, make_member
from tests.factories.scoring import make_round
from tests.factories.trail import all_changes

TEXTS = {str(mark): {"en": f"Looks like {mark}", "ja": f"{mark}の例"} for mark in ANCHORED}
NEW = Line("", 10, {"en": "Care & safety!", "ja": "安全"}, TEXTS)


def keyed(round_):
    return [(criterion.key, criterion.weight, criterion.position) for criterion in rounds.criteria(round_)]


def changed(*lines, weights=None):
    """Lines of the default rubric, each with another weight where one is given."""
    return [replace(line, weight=(weights or {}).get(line.key, line.weight)) for line in lines]


@pytest.fixture
def draft(tx):
    edition = make_edition()
    with scope.choose(edition.scope):
        staff = make_member(edition, Role.STAFF)
        yield edition, make_round(edition, RoundState.DRAFT, actor=staff), staff


def change(round_, lines, staff, version=None):
    known = rubric_version(rounds.criteria(round_)) if version is None else version
    rubrics.change_rubric(round_, lines, version=known, actor=staff)


def test_criteria_are_changed_added_removed_and_reordered_at_once(draft):
    _edition, round_, staff = draft
    team, problem, product, traction, theme, _city = DEFAULT_RUBRIC
    lines = changed(product, team, NEW, problem, traction, theme, weights={"team": 20, "product": 20})
    change(round_, lines, staff)
    expected = [
        ("product", 20, 1),
        ("team", 20, 2),
        ("care_safety", 10, 3),
        ("problem", 20, 4),
        ("traction", 15, 5),
        ("theme", 15, 6),
    ]
    assert keyed(round_) == expected
    assert [criterion.key for criterion in round_.criteria] == [key for key, *_ in expected]
    assert (round_.criteria[2].label, round_.criteria[2].anchors) == (NEW.label, TEXTS)
    entry = db.session().scalars(select(AuditEntry).where(AuditEntry.action == "scoring.changed_rubric")).one()
    assert (entry.actor_id, entry.subject_type, entry.subject_id) == (staff.id, "round", round_.id)
    changes = {name: [side and side["en"] for side in sides] for name, sides in all_changes(entry).items()}
    assert changes == {
        "criterion.team": ["1. Team, 25%", "2. Team, 20%"],
        "criterion.problem": ["2. Problem and market, 20%", "4. Problem and market, 20%"],
        "criterion.product": ["3. Product and novelty, 15%", "1. Product and novelty, 20%"],
        "criterion.traction": ["4. Traction, 15%", "5. Traction, 15%"],
        "criterion.theme": ["5. Theme fit, 15%", "6. Theme fit, 15%"],
        "criterion.care_safety": [None, "3. Care & safety!, 10%"],
        "criterion.city": ["6. Value to and from the city, 10%", None],
    }


def test_nothing_changed_leaves_no_trace(draft):
    _edition, round_, staff = draft
    change(round_, DEFAULT_RUBRIC, staff)
    assert db.session().scalars(select(AuditEntry).where(AuditEntry.action == "scoring.changed_rubric")).all() == []


def test_keys_are_made_once_and_never_twice(draft):
    _edition, round_, staff = draft
    nameless = replace(NEW, label={"en": "安全", "ja": "安全"})
    twin = replace(DEFAULT_RUBRIC[0], weight=10)
    lines = [replace(DEFAULT_RUBRIC[0], weight=60), twin, NEW, nameless, replace(NEW, key="of another round")]
    change(round_, lines, staff)
    assert [key for key, *_ in keyed(round_)] == ["team", "team_2", "care_safety", "criterion", "care_safety_2"]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([], "A rubric needs at least one criterion."),
        (DEFAULT_RUBRIC[:5], "The weights of the rubric must add up to 100."),
        (
            [replace(DEFAULT_RUBRIC[0], weight=110), replace(NEW, weight=-10)],
            "The weights of the rubric must add up to 100.",
        ),
        (
            [replace(NEW, weight=100, label={"en": "Safety", "ja": " "})],
            "Every criterion needs its name and its anchors in both languages.",
        ),
        (
            [replace(NEW, weight=100, anchors={**TEXTS, "3": {"en": "Middle"}})],
            "Every criterion needs its name and its anchors in both languages.",
        ),
        ([replace(NEW, weight=100), *[replace(NEW, weight=0)] * 12], "A rubric has at most 12 criteria."),
    ],
)
def test_a_rubric_that_can_not_be_scored_is_refused(draft, lines, sentence):
    _edition, round_, staff = draft
    with pytest.raises(Refused) as refusal:
        change(round_, lines, staff)
    assert refusal.value.message == sentence
    assert keyed(round_) == [(line.key, line.weight, at) for at, line in enumerate(DEFAULT_RUBRIC, 1)]


@pytest.mark.parametrize("state", [RoundState.OPEN, RoundState.CLOSED])
def test_the_rubric_of_an_opened_round_stays(draft, state):
    _edition, round_, staff = draft
    round_.state = state
    with pytest.raises(Refused, match="The round has been opened"):
        change(round_, [replace(NEW, weight=100)], staff)


def test_an_older_page_overwrites_nothing(draft):
    _edition, round_, staff = draft
    old = rubric_version(rounds.criteria(round_))
    change(round_, [replace(NEW, weight=100)], staff)
    with pytest.raises(Refused, match="This was saved in the meantime"):
        change(round_, DEFAULT_RUBRIC, staff, version=old)
    assert keyed(round_) == [("care_safety", 100, 1)]


# ---- pages ----


@pytest.fixture
def place(app):
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        staff = make_member(edition, Role.STAFF)
        make_round(edition, RoundState.DRAFT, actor=staff)
    return f"/editions/{edition.slug}/rounds/1/rubric", edition, staff


def fields(page):
    """What a browser would send of the form, and the order of the rows."""
    form = page.split('<form method="post" action="/editions')[-1]
    found = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    found |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', form))
    found["row"] = re.findall(r'name="row" value="(\d+)"', form)
    return found


def titles(page):
    return re.findall(r'<h2 id="row-\d+-h">\d+\. ([^<]+)</h2>', page)


def test_the_page_edits_the_rubric_step_by_step(place, browser):
    address, edition, staff = place
    sent = fields(browser.sign_in(staff).get(address).text)
    assert (sent["row"], sent["c1-key"], sent["c1-weight"]) == (["1", "2", "3", "4", "5", "6"], "team", "25")
    sent["c2-weight"] = "30"
    page = browser.post(address, {**sent, "do": "up:2"})
    assert (page.status_code, titles(page.text)[:2]) == (200, ["Problem and market", "Team"])
    page = browser.post(address, {**fields(page.text), "do": "down:3"})
    assert titles(page.text)[2:4] == ["Traction", "Product and novelty"]
    page = browser.post(address, {**fields(page.text), "do": "remove:6"})
    assert titles(page.text)[-1] == "Theme fit"
    page = browser.post(address, {**fields(page.text), "do": "add"})
    sent = fields(page.text)
    assert (sent["row"], sent["c2-weight"], titles(page.text)[-1]) == (
        ["2", "1", "4", "3", "5", "6"],
        "30",
        "New criterion",
    )
    with db.reading(), scope.choose(edition.scope):
        assert [key for key, *_ in keyed(rounds.round_by_number(edition, 1))] == [one.key for one in DEFAULT_RUBRIC]
    sent |= {"c6-label_en": "Nurses", "c6-label_ja": "看護", "c6-weight": "０"}
    sent |= {f"c6-anchor_{mark}_{language}": f"{mark} {language}" for mark in ANCHORED for language in ("en", "ja")}
    done = browser.post(address, {**sent, "do": "save"})
    assert (done.status_code, done.location) == (302, address.removesuffix("/rubric"))
    with db.reading(), scope.choose(edition.scope):
        assert keyed(rounds.round_by_number(edition, 1)) == [
            ("problem", 30, 1),
            ("team", 25, 2),
            ("traction", 15, 3),
            ("product", 15, 4),
            ("theme", 15, 5),
            ("nurses", 0, 6),
        ]
    assert "Rubric saved." in browser.get(done.location).text


def test_weights_that_do_not_add_up_are_named_beside_each_and_kept(place, browser):
    address, _edition, staff = place
    sent = fields(browser.sign_in(staff).get(address).text)
    page = browser.post(address, {**sent, "c1-weight": "20", "c2-label_en": "Kept <b>words</b>", "do": "save"})
    assert page.status_code == 422
    sentence = "The weights add up to 95; they must add up to 100."
    assert page.text.count(sentence) == 7
    assert f'<a href="#c1-weight">{sentence}</a>' in page.text
    assert 'value="Kept &lt;b&gt;words&lt;/b&gt;"' in page.text
    assert fields(page.text)["c1-weight"] == "20"


def test_faults_of_one_criterion_are_named_with_its_number(place, browser):
    address, _edition, staff = place
    sent = fields(browser.sign_in(staff).get(address).text)
    page = browser.post(address, {**sent, "c3-label_ja": " ", "c4-weight": "many", "c5-anchor_3_en": "", "do": "save"})
    assert page.status_code == 422
    assert re.findall(r'<a href="#(c\d-[^"]+)">([^<]+)</a>', page.text) == [
        ("c3-label_ja", "Criterion 3: Enter a name in Japanese."),
        ("c4-weight", "Criterion 4: Enter “Weight in percent” as a whole number, like 4200."),
        ("c5-anchor_3_en", "Criterion 5: Say in English what a 3 looks like."),
    ]
    assert fields(page.text)["c4-weight"] == "many"


def test_an_empty_rubric_and_a_foreign_key_are_refused(place, browser):
    address, _edition, staff = place
    sent = fields(browser.sign_in(staff).get(address).text)
    page = browser.post(address, {"version": sent["version"], "do": "save"})
    assert page.status_code == 422
    assert "A rubric needs at least one criterion." in page.text
    for number in ("9" * 5000, "-1", "x", "²"):
        assert browser.post(address, {"row": [number], "do": "add"}).status_code == 200


def test_a_second_window_is_told_and_may_overwrite(place, browser):
    address, edition, staff = place
    old = fields(browser.sign_in(staff).get(address).text)
    browser.post(address, {**old, "c1-weight": "20", "c2-weight": "25", "do": "save"})
    page = browser.post(address, {**old, "c1-label_en": "People", "do": "save"})
    assert page.status_code == 422
    assert "This was saved in the meantime, by somebody else or in another window." in page.text
    assert titles(page.text)[0] == "People"
    assert browser.post(address, {**fields(page.text), "do": "save"}).status_code == 302
    with db.reading(), scope.choose(edition.scope):
        assert keyed(rounds.round_by_number(edition, 1))[:2] == [("team", 25, 1), ("problem", 20, 2)]


@pytest.mark.parametrize("state", [RoundState.OPEN, RoundState.CLOSED])
def test_an_opened_round_shows_the_rubric_and_why_it_is_fixed(place, browser, state):
    address, edition, staff = place
    sent = fields(browser.sign_in(staff).get(address).text)
    with db.transaction(), scope.choose(edition.scope):
        rounds.round_by_number(edition, 1).state = state
    page = browser.get(address)
    assert page.status_code == 200
    assert "The round has been opened, so its rubric" in page.text
    assert "Covers the main skills" in page.text
    assert 'name="row"' not in page.text
    refused = browser.post(address, {**sent, "do": "save"})
    assert refused.status_code == 422
    assert 'name="row"' in refused.text  # what was typed can be copied


def test_only_the_team_of_the_edition_may(place, app):
    address, edition, staff = place
    with db.transaction():
        reviewer = make_member(db.session().merge(edition), Role.REVIEWER)
        other = make_member(make_edition(), Role.STAFF)
    for person in (reviewer, other):
        visitor = Browser(app).sign_in(person)
        assert visitor.get(address).status_code == 404
        assert visitor.post(address, {"do": "save"}).status_code == 404
    anonymous = Browser(app).get(address)
    assert (anonymous.status_code, anonymous.location.split("?")[0]) == (302, "/sign-in")
    assert f'href="{address}">Edit the rubric' in Browser(app).sign_in(staff).get(address.removesuffix("/rubric")).text


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_same_of_the_database_for_one_and_for_three(place, browser, count_queries, number):
    address, edition, staff = place
    with db.transaction(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        change(round_, [replace(NEW, weight=100), *[replace(NEW, weight=0)] * (number - 1)], staff)
    browser.sign_in(staff).get(address)
    count_queries.clear()
    page = browser.get(address)
    assert (len(titles(page.text)), len(count_queries)) == (number, 4)


def test_a_process_keeps_a_rubric_until_somebody_changes_it(app, count_queries):
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        staff = make_member(edition, Role.STAFF)
        number = make_round(edition, RoundState.DRAFT, actor=staff).number

    def keys():
        with db.reading(), scope.choose(edition.scope):
            return [line.key for line in rounds.round_by_number(edition, number).criteria]

    first = keys()
    count_queries.clear()
    assert (keys(), len(count_queries)) == (first, 1)  # the round alone
    with db.transaction(), scope.choose(edition.scope):
        change(rounds.round_by_number(edition, number), changed(*reversed(DEFAULT_RUBRIC)), staff)
    assert keys() == first[::-1]
