"""The pages of milestones: who sees what, forms that say no, files that stay private."""

import io
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope
from accelerator.core.db import Row
from accelerator.core.pdf_check import examined
from accelerator.core.web import App
from accelerator.progress.models import MilestoneState
from accelerator.progress.queries import milestones
from tests.factories import Browser, make_cohort_startup, make_edition, make_member
from tests.factories.intake import pdf
from tests.factories.progress import make_evidence, make_milestone

M = MilestoneState


@pytest.fixture
def scene(app: App) -> dict:
    """An edition with two startups; the first has a milestone."""
    with db.transaction():
        edition = make_edition()
        other = make_edition()
        with scope.choose(edition.scope):
            startup, founder = make_cohort_startup(edition)
            rival, rival_founder = make_cohort_startup(edition)
            milestone = make_milestone(
                edition, startup, title={"en": "Pilot site", "ja": "実証先"}, unit="sites", target=2
            )
            people = {
                role.value: make_member(edition, role)
                for role in (Role.STAFF, Role.MENTOR, Role.PARTNER, Role.REVIEWER)
            }
        people["other_staff"] = make_member(other, Role.STAFF)
    found = {"edition": edition, "startup": startup, "founder": founder, "rival": rival_founder, "milestone": milestone}
    return {**found, "rival_startup": rival, "here": f"/editions/{edition.slug}", **people}


def again(row: Row) -> Row:
    """The row in the present session."""
    return db.session().get_one(type(row), row.id)


def page_of(scene: dict) -> str:
    return f"{scene['here']}/milestones/{scene['milestone'].id}"


def test_a_founder_sees_the_own_track_and_nobody_elses(scene: dict, app: App):
    own = Browser(app).sign_in(scene["founder"])
    assert "Pilot site" in own.get(f"{scene['here']}/milestones").text
    assert own.get(f"{scene['here']}/milestones?startup={scene['rival_startup'].slug}").status_code == 404
    rival = Browser(app).sign_in(scene["rival"])
    assert "Pilot site" not in rival.get(f"{scene['here']}/milestones").text
    assert rival.get(f"{scene['here']}/milestones?startup={scene['startup'].slug}").status_code == 404
    assert rival.get(page_of(scene)).status_code == 404


@pytest.mark.parametrize("who", ["staff", "mentor", "partner"])
def test_who_looks_over_the_cohort(scene: dict, app: App, who: str):
    browser = Browser(app).sign_in(scene[who])
    table = browser.get(f"{scene['here']}/milestones").text
    assert (scene["startup"].name in table, scene["rival_startup"].name in table) == (True, True)
    assert "Pilot site" in browser.get(f"{scene['here']}/milestones?startup={scene['startup'].slug}").text
    assert browser.get(page_of(scene)).status_code == 200


@pytest.mark.parametrize("who", ["reviewer", "other_staff"])
def test_who_does_not(scene: dict, app: App, who: str):
    browser = Browser(app).sign_in(scene[who])
    assert [browser.get(path).status_code for path in (f"{scene['here']}/milestones", page_of(scene))] == [404, 404]


def test_strangers_are_asked_to_sign_in(scene: dict, browser: Browser):
    answer = browser.get(page_of(scene))
    assert (answer.status_code, answer.location.split("?")[0]) == (302, "/sign-in")


def test_handing_in_with_a_file_and_reading_it(scene: dict, app: App):
    founder = Browser(app).sign_in(scene["founder"])
    answer = founder.post(
        f"{page_of(scene)}/evidence",
        {"text": "The lease", "result": "２", "then": "send", "file": (io.BytesIO(pdf(1)), "../le<ase>.pdf")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 302
    with db.reading(), scope.choose(scene["edition"].scope):
        milestone = milestones.milestone(scene["edition"], scene["milestone"].id)
        assert milestone is not None
        assert (milestone.state, milestone.result) == (M.SENT_IN, 2)
        path = f"{scene['here']}/evidence/{milestone.evidence[0].id}"
    served = Browser(app).sign_in(scene["mentor"]).get(path)
    assert (
        served.status_code,
        served.data,
        served.headers["Content-Disposition"],
        served.headers["X-Content-Type-Options"],
    ) == (200, examined(pdf(1)).content, "attachment; filename=lease.pdf", "nosniff")
    assert served.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert Browser(app).sign_in(scene["rival"]).get(path).status_code == 404
    assert Browser(app).get(path).status_code == 302


SCRIPT = pdf(extra=b"/OpenAction << /S /JavaScript /JS (app.alert) >>")
PLAIN = "Save the file as a plain PDF: this one contains scripts, programs or other files."


def hand_in(scene: dict, app: App, content: bytes, **typed: str) -> Any:
    """What a founder is answered who gives this file."""
    values = {"text": "The lease as typed", "then": "keep", "file": (io.BytesIO(content), "a.pdf"), **typed}
    founder = Browser(app).sign_in(scene["founder"])
    return founder.post(f"{page_of(scene)}/evidence", values, content_type="multipart/form-data")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"<script>", "Choose a PDF, PNG or JPEG file."), (SCRIPT, PLAIN), (pdf()[:-9], "This PDF can't be read.")],
    ids=["other", "script", "broken"],
)
def test_a_wrong_file_is_refused_beside_its_field(scene: dict, app: App, content: bytes, sentence: str):
    answer = hand_in(scene, app, content, result="many")
    shown = unescape(answer.text)
    assert answer.status_code == 422
    assert [shown.count(text) for text in (sentence, "Enter “Result” as a number", "The lease as typed")] == [2, 2, 1]
    assert 'href="#file"' in shown


def test_a_good_file_has_to_be_chosen_again_where_something_else_is_wrong(scene: dict, app: App):
    answer = hand_in(scene, app, pdf(), result="many")
    assert (answer.status_code, unescape(answer.text).count("Choose the file again.")) == (422, 2)


def test_a_review_without_a_comment_is_refused_and_kept(scene: dict, app: App):
    with db.transaction(), scope.choose(scene["edition"].scope):
        milestone = milestones.milestone(scene["edition"], scene["milestone"].id)
        assert milestone is not None
        milestone.state, milestone.sent_in_at = M.SENT_IN, clock.now()
    staff = Browser(app).sign_in(scene["staff"])
    assert staff.post(f"{page_of(scene)}/review", {"review-verdict": "send_back"}).status_code == 422
    assert "Choose one." in staff.post(f"{page_of(scene)}/review", {"review-comment": "Hm"}).text
    assert staff.post(f"{page_of(scene)}/review", {"review-verdict": "achieve"}).status_code == 302
    assert (
        Browser(app)
        .sign_in(scene["founder"])
        .post(f"{page_of(scene)}/review", {"review-verdict": "achieve"})
        .status_code
        == 404
    )


@pytest.mark.parametrize("what", ["evidence", "review", "comments", "drop", "bring-back", "edit"])
@pytest.mark.parametrize("who", ["rival", "partner", "other_staff"])
def test_nobody_else_changes_a_milestone(scene: dict, app: App, what: str, who: str):
    assert Browser(app).sign_in(scene[who]).post(f"{page_of(scene)}/{what}", {"text": "x"}).status_code == 404


def test_comments_of_a_mentor(scene: dict, app: App):
    mentor = Browser(app).sign_in(scene["mentor"])
    assert mentor.post(f"{page_of(scene)}/comments", {"comment-text": " "}).status_code == 422
    assert mentor.post(f"{page_of(scene)}/comments", {"comment-text": "Ask <b>two</b> hospitals."}).status_code == 302
    assert "Ask &lt;b&gt;two&lt;/b&gt; hospitals." in mentor.get(page_of(scene)).text


def test_adding_changing_dropping_and_bringing_back(scene: dict, app: App):
    founder, here = Browser(app).sign_in(scene["founder"]), scene["here"]
    bad = founder.post(f"{here}/milestones/new", {"title": "Second pilot", "due_on": "someday", "owner_id": "0"})
    assert (
        bad.status_code,
        "Enter “Due on” as a day, like 2020-10-16." in bad.text,
        'value="Second pilot"' in bad.text,
    ) == (
        422,
        True,
        True,
    )
    due = scene["edition"].demo_day_on.isoformat()
    assert (
        founder.post(f"{here}/milestones/new", {"title": "Second pilot", "due_on": due, "owner_id": "0"}).status_code
        == 302
    )
    assert (
        founder.post(
            f"{page_of(scene)}/edit", {"title": "Pilot", "due_on": due, "owner_id": "0", "unit": "sites"}
        ).status_code
        == 302
    )
    assert founder.post(f"{page_of(scene)}/drop").status_code == 302
    assert "Bring back" in founder.get(page_of(scene)).text
    assert founder.post(f"{page_of(scene)}/bring-back").status_code == 302
    with db.reading(), scope.choose(scene["edition"].scope):
        rows = milestones.milestones_of(scene["startup"], scene["edition"])
        assert [(row.name, row.state) for row in rows] == [("Pilot", M.PLANNED), ("Second pilot", M.PLANNED)]


def test_founders_cannot_move_what_a_template_set(scene: dict, app: App):
    staff, founder = Browser(app).sign_in(scene["staff"]), Browser(app).sign_in(scene["founder"])
    there = f"{scene['here']}/milestones/templates"
    assert founder.get(there).status_code == 404
    assert staff.post(f"{there}/default").status_code == 302
    assert staff.post(f"{there}/apply").status_code == 302
    assert "Kick-off" in staff.get(there).text
    with db.reading(), scope.choose(scene["edition"].scope):
        rows = milestones.milestones_of(scene["startup"], scene["edition"])
        milestone = next(row for row in rows if row.template_id is not None)
        first = milestones.milestone_templates(scene["edition"])[0]
    path = f"{scene['here']}/milestones/{milestone.id}"
    assert (
        founder.post(
            f"{path}/edit", {"title": "Mine", "due_on": "2031-01-01", "detail": "Ours", "owner_id": "0"}
        ).status_code
        == 302
    )
    assert founder.post(f"{path}/drop").status_code == 404
    with db.reading(), scope.choose(scene["edition"].scope):
        kept = milestones.milestone(scene["edition"], milestone.id)
        assert kept is not None
        assert (kept.name, kept.due_on, kept.detail) == (milestone.name, milestone.due_on, "Ours")
    assert staff.get(f"{there}/{first.id}").status_code == 200
    assert (
        staff.post(f"{there}/{first.id}", {"title_en": "", "title_ja": "開始", "due_on": "2031-01-01"}).status_code
        == 422
    )
    values = {"title_en": "Start", "title_ja": "開始", "due_on": "2031-01-01"}
    assert staff.post(f"{there}/{first.id}", values).status_code == 302
    assert staff.post(there, values).status_code == 302
    assert Browser(app).sign_in(scene["other_staff"]).get(f"{there}/{first.id}").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_statements_stays(scene: dict, app: App, count_queries: list[str], rows: int):
    with db.transaction(), scope.choose(scene["edition"].scope):
        milestone = again(scene["milestone"])
        for _ in range(rows):
            startup, founder = make_cohort_startup(scene["edition"])
            for _ in range(rows):
                make_evidence(make_milestone(scene["edition"], startup), founder)
            for _ in range(rows):
                make_evidence(milestone, scene["founder"])
    browser = Browser(app).sign_in(scene["staff"])
    assert _statements(count_queries, lambda: browser.get(f"{scene['here']}/milestones")) == 5
    assert _statements(count_queries, lambda: browser.get(f"{scene['here']}/milestones?startup={startup.slug}")) == 4
    assert _statements(count_queries, lambda: browser.get(page_of(scene))) == 8


def _statements(seen: list[str], ask: Callable[[], object]) -> int:
    seen.clear()
    ask()
    return len(seen)


def test_the_pages_in_japanese(scene: dict, app: App):
    scene["founder"].language = "ja"
    browser = Browser(app).sign_in(scene["founder"])
    assert "実証先" in browser.get(page_of(scene)).text
