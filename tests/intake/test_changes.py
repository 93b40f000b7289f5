"""What changed between two revisions: words, Japanese by character, rows, choices and files, and who may see which."""

import random
import re
from typing import Any

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db, scope
from accelerator.core.db import add, session
from accelerator.core.web import App
from accelerator.intake.answers.differences import Change, ComparedAnswer, compared, differences
from accelerator.intake.answers.reading import ReadableAnswer, ReadableFile, ReadableSection
from accelerator.intake.models import Application, Form, QuestionKind, Revision
from accelerator.programmes.models import Edition
from tests.factories import Browser, make_edition, make_member
from tests.factories.scoring import make_assignment, make_conflict, make_eligible, make_reviewer, make_round

MARKS = {Change.SAME: "{}", Change.REMOVED: "[-{}-]", Change.ADDED: "[+{}+]"}


def text_of(lines: Any) -> list[str]:
    """Lines with their changes marked."""
    return ["".join(MARKS[piece.change].format(piece.text) for piece in line) for line in lines]


def compare(before: ReadableAnswer | None, after: ReadableAnswer | None) -> ComparedAnswer:
    """One answer in two versions."""
    sides = ([ReadableSection("s", "S", (answer,))] if answer else [] for answer in (before, after))
    return compared(*sides)[0]


def long(*paragraphs: str) -> ReadableAnswer:
    """A long text."""
    return ReadableAnswer("problem", "Problem", QuestionKind.LONG, paragraphs=paragraphs)


def test_words_are_compared_and_japanese_by_character() -> None:
    answer = compare(
        long("A clinic sees about thirty animals a day. Nobody reads them."),
        long("A clinic sees forty animals a day. Nobody reads them.", "Owners send photos."),
    )
    assert text_of(answer.before) == ["A clinic sees [-about thirty-] animals a day. Nobody reads them."]
    assert text_of(answer.after) == [
        "A clinic sees [+forty+] animals a day. Nobody reads them.",
        "[+Owners send photos.+]",
    ]
    answer = compare(long("私たちは医療機器を作ります。"), long("私たちは医療機械を売ります。"))
    assert text_of(answer.before) == ["私たちは医療機[-器-]を[-作-]ります。"]
    assert text_of(answer.after) == ["私たちは医療機[+械+]を[+売+]ります。"]


def test_rows_choices_values_and_files_are_compared_as_what_they_are() -> None:
    head = ("Name", "Equity, %")
    before, after = (
        ReadableAnswer("founders", "Founders", QuestionKind.FOUNDERS, head=head, rows=rows)
        for rows in ((("Lin", "70"), ("Bo", "")), (("Lin", "55"), ("Bo", ""), ("Chen", "15")))
    )
    rows = compare(before, after)
    assert text_of(rows.before) == ["Lin · [-70-]", "Bo"]
    assert text_of(rows.after) == ["Lin · [+55+]", "Bo", "[+Chen+] · [+15+]"]
    money = [ReadableAnswer("m", "M", QuestionKind.MONEY, paragraphs=(text,)) for text in ("€3,000", "€3,500")]
    assert (text_of(compare(*money).before), text_of(compare(*money).after)) == (["[-€3,000-]"], ["[+€3,500+]"])
    chosen = [
        ReadableAnswer("c", "C", QuestionKind.CHOICES, items=items) for items in (("Web", "AI"), ("AI", "Sensors"))
    ]
    assert text_of(compare(*chosen).before) == ["[-Web-]", "AI"]
    assert text_of(compare(*chosen).after) == ["AI", "[+Sensors+]"]
    files = [
        ReadableAnswer("d", "Deck", QuestionKind.FILE, files=(ReadableFile(number, "deck.pdf", 2_000_000, None),))
        for number in (1, 2)
    ]
    assert text_of(compare(*files).after) == ["[+deck.pdf · 2.0 MB+]"], "uploaded anew under the same name"
    assert not compare(files[0], files[0]).has_changed
    assert text_of(compare(None, files[0]).after) == ["[+deck.pdf · 2.0 MB+]"]
    assert compare(None, files[0]).before == ()


@pytest.mark.parametrize("letters", ["あ", "あいう", "ab. ", "。x", "日本語で書く"])
def test_nothing_is_lost_in_long_texts_that_have_little_in_common(letters: str) -> None:
    chance = random.Random(letters)
    before, after = ("".join(chance.choice(letters) for _ in range(3000)) for _ in range(2))
    pieces = list(differences(before, after))
    assert "".join(piece.text for piece in pieces if piece.change is not Change.ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.change is not Change.REMOVED) == after


def sent_twice(edition: Edition) -> Application:
    """An application that was sent again with every answer changed but one."""
    application = make_eligible(edition, name="Northbreath")
    first = session().query(Revision).filter_by(application_id=application.id).one()
    second = {
        "problem": "Problem as it is now",
        "company": "Company of another name",
        "barred_from_tenders": "Staff only words",
    }
    add(
        Revision(
            application_id=application.id,
            number=2,
            form_id=first.form_id,
            answers=second,
            digest="1" * 64,
            sent_by=application.applicant_id,
            sent_at=clock.now(),
        )
    )
    application.revision_number = 2
    return application


def place() -> tuple[Edition, Person, Application]:
    """An edition, somebody of its team, and an application that was sent twice."""
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            return edition, make_member(edition, Role.STAFF), sent_twice(edition)


def counted(page: str) -> tuple[str, list[str]]:
    """The sentence that counts, and the questions that changed."""
    sentence = re.search(r"(\d+ of \d+) answers? changed", page)
    return sentence[1] if sentence else "", re.findall(r'<h2 id="c-(\w+)"', page)


def test_the_team_compares_any_two_and_sees_what_reviewers_see(browser: Browser) -> None:
    edition, staff, application = place()
    browser.sign_in(staff)
    path = f"/editions/{edition.slug}/applications/{application.reference}"
    assert f'href="{path}/changes"' in browser.get(path).text
    page = browser.get(f"{path}/changes").text
    assert counted(page) == ("2 of 3", ["problem", "company"])
    assert "<del>" in page
    assert "<ins>" in page
    assert counted(browser.get(f"{path}/changes?from=2&to=1").text) == counted(page)
    assert counted(browser.get(f"{path}/changes?from=2&to=2").text) == ("0 of 3", [])
    assert counted(browser.get(f"{path}/changes?from=9&to=x").text) == counted(page)
    assert counted(browser.get(f"{path}/changes?as=blind").text) == ("1 of 1", ["problem"])
    with db.transaction(), scope.choose(edition.scope):
        once = make_eligible(edition)
    page = browser.get(f"/editions/{edition.slug}/applications/{once.reference}/changes").text
    assert "There is nothing to compare" in page


@pytest.mark.parametrize(
    ("blind", "count", "keys"), [(True, "1 of 1", ["problem"]), (False, "2 of 2", ["problem", "company"])]
)
def test_a_reviewer_is_counted_and_shown_what_the_round_shows(
    browser: Browser, blind: bool, count: str, keys: list[str]
) -> None:
    edition, _staff, application = place()
    with db.transaction(), scope.choose(edition.scope):
        round_ = make_round(session().get_one(Edition, edition.id), blind=blind)
        reviewer, other = make_reviewer(round_, edition), make_reviewer(round_, edition)
        make_assignment(round_, application, reviewer, revision_number=1)
    path = f"/editions/{edition.slug}/reviews/{application.reference}"
    browser.sign_in(reviewer)
    assert f'href="{path}/changes"' in browser.get(path).text
    page = browser.get(f"{path}/changes").text
    assert counted(page) == (count, keys)
    assert ("Northbreath" in page) is not blind
    assert "Staff only words" not in page
    assert browser.sign_in(other).get(f"{path}/changes").status_code == 404


def test_founders_compare_their_own_and_nobody_else_does(app: App) -> None:
    edition, staff, application = place()
    own = f"/editions/{edition.slug}/my/{application.reference}/changes"
    team = f"/editions/{edition.slug}/applications/{application.reference}/changes"
    with db.transaction(), scope.choose(edition.scope):
        other = make_eligible(edition).applicant
        make_conflict(application, staff)
        for form in session().scalars(select(Form)):
            form.published_at = clock.now()
        applicant = session().get_one(Person, application.applicant_id)
    founder = Browser(app).sign_in(applicant)
    assert counted(founder.get(own).text) == ("2 of 3", ["problem", "company"])
    assert founder.get(team).status_code == 404
    for person in (other, staff):
        assert {Browser(app).sign_in(person).get(path).status_code for path in (own, team)} == {404}


def test_while_the_call_is_sealed_a_reason_opens_it_once(browser: Browser) -> None:
    edition, staff, application = place()
    with db.transaction():
        session().get_one(Edition, edition.id).sealed = True
    browser.sign_in(staff)
    path = f"/editions/{edition.slug}/applications/{application.reference}/changes"
    page = browser.get(path).text
    assert "Sealed until the call closes" in page
    assert counted(page) == ("", [])
    assert "Problem as it is now" not in page
    number = re.search(r'name="look" value="([^"]*)"', page)
    assert number
    opened = browser.post(path, {"look": number[1], "reason": "A question of the applicant"}).text
    assert counted(opened) == ("2 of 3", ["problem", "company"])
