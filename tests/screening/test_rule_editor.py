"""The editor of rules: a draft by buttons and forms without a script, and what becomes of it when it is saved."""

import html

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.core.outbox import JobRow
from accelerator.intake.models import Question
from accelerator.intake.operations import sending
from accelerator.intake.queries.forms import current_form, plain_form
from accelerator.programmes.models import Edition
from accelerator.screening.conditions.tree import DEPTH, condition, group
from accelerator.screening.models import RUN_RULES, EligibilityRule, Outcome, Severity
from accelerator.screening.operations import editing, running
from accelerator.screening.queries import cases
from tests.factories import Browser, make_edition, make_member
from tests.factories.intake import make_complete_draft, make_form
from tests.factories.screening import make_rule
from tests.visits.sent import UntouchedForms

JAPAN = condition("country", "any_of", ["JP"])


@pytest.fixture
def place(app):
    """An edition with a form and a rule, its team, and somebody else's team."""
    with db.transaction():
        edition, other = make_edition(), make_edition()
        people = {role: make_member(edition, role) for role in Role}
        stranger = make_member(other, Role.ADMIN)
        with scope.choose(edition.scope):
            make_form(edition)
            rule = make_rule(edition, "place", JAPAN)
    return edition, people, stranger, rule


def rule_now(edition, rule_id: int) -> EligibilityRule:
    with db.reading() as opened, scope.choose(edition.scope):
        return opened.get_one(EligibilityRule, rule_id)


def version_on(page) -> str:
    """The version that the buttons of a page carry."""
    return page.text.split('name="version" value="')[1].split('"')[0]


def test_a_rule_is_written_without_a_script_and_saved(place, browser) -> None:
    edition, people, *_ = place
    me = browser.sign_in(people[Role.STAFF])
    base = f"/editions/{edition.slug}/screening/rules"
    assert "The head office is in Japan or Singapore." in me.get(f"{base}/new").text
    here = me.post(f"{base}/new", {"template": "countries"}).location
    rule_id = int(here.rpartition("/")[2])
    page = me.get(here)
    assert "The head office is in Japan or Singapore." in page.text
    assert rule_now(edition, rule_id).active is False

    def press(path: str, by: str) -> None:
        version = version_on(me.get(here))
        assert me.post(f"{here}/parts/{path}", {"by": by, "version": version}).location == f"{here}#conditions"

    press("root", "any")
    press("root", "group")
    assert "Question of the form" in me.get(f"{here}/add/1").text
    add = f"{here}/add/1?question=founders"
    fields = UntouchedForms(add, me.get(add).text).forms[add]
    wrong = me.post(add, {**fields, "operator": "count_at_least", "least": "two"})
    assert (wrong.status_code, wrong.text.count("Enter “At least” as a number, like 4200.")) == (422, 2)
    assert 'value="two"' in wrong.text
    assert me.post(add, {**fields, "operator": "count_at_least", "least": "２"}).location == f"{here}#conditions"
    edit = f"{here}/conditions/0?question=country"
    fields = UntouchedForms(edit, me.get(edit).text).forms[edit]
    unknown = me.post(edit, {**fields, "words": "Japan\nAtlantis"})
    assert "“Atlantis” is not a country we know." in unknown.text
    assert me.post(edit, {**fields, "words": "日本\nsg\nEstonia"}).status_code == 302
    press("1", "earlier")
    texts = "There are at least 2 founders or the head office is in Japan, Singapore or Estonia."
    assert texts in me.get(here).text
    version = version_on(me.get(here))
    assert me.post(f"{here}/trial", {"version": version}).location == f"{here}/trial"
    saved = me.post(f"{here}/save", {"version": version})
    assert saved.location == base
    rule = rule_now(edition, rule_id)
    assert (rule.active, rule.draft, rule.version, rule.severity) == (True, None, 1, Severity.FAIL)
    assert rule.condition == group(
        "any",
        group("all", condition("founders", "count_at_least", 2)),
        condition("country", "any_of", ["JP", "SG", "EE"]),
    )
    with db.reading() as opened:
        assert len(opened.scalars(select(JobRow).where(JobRow.name == RUN_RULES.name)).all()) == 1
    assert texts in me.get(base).text
    me.post("/language", {"language": "ja"})
    assert "創業者が2人以上いる、または本社が日本またはシンガポールまたはエストニアにある。" in me.get(base).text


def test_a_draft_changes_nothing_until_it_is_saved(place, browser) -> None:
    edition, people, _, rule = place
    me = browser.sign_in(people[Role.STAFF])
    here = f"/editions/{edition.slug}/screening/rules/{rule.id}"
    fields = UntouchedForms(here, me.get(here).text).forms[here]
    assert me.post(here, {**fields, "label_en": "", "severity": "note"}).status_code == 422
    assert (
        me.post(here, {**fields, "severity": "note", "reason_ja": "遠い。", "tracks": ["prevent"]}).status_code == 302
    )
    drafted = rule_now(edition, rule.id)
    assert (drafted.severity, drafted.drafted["severity"], drafted.drafted["tracks"]) == ("fail", "note", ["prevent"])
    assert drafted.drafted["reason"] == {"ja": "遠い。"}
    page = me.get(here)
    assert "Until you save it the rule stays as it was: The head office is in Japan." in page.text
    assert me.post(f"{here}/discard", {"version": version_on(page)}).location == here
    assert rule_now(edition, rule.id).draft is None


def test_an_older_page_changes_nothing(place, browser) -> None:
    edition, people, _, rule = place
    me = browser.sign_in(people[Role.STAFF])
    here = f"/editions/{edition.slug}/screening/rules/{rule.id}"
    page = me.get(here)
    fields, version = UntouchedForms(here, page.text).forms[here], version_on(page)
    assert me.post(here, {**fields, "label_en": "First"}).status_code == 302
    late = me.post(here, {**fields, "label_en": "Second"})
    told = [words in late.text for words in ("This was saved in the meantime", "First", "Second")]
    assert (late.status_code, told) == (422, [True] * 3)
    for path, values in (("parts/0", {"by": "remove"}), ("save", {}), ("discard", {})):
        me.post(f"{here}/{path}", {**values, "version": version})
    assert rule_now(edition, rule.id).drafted["label"]["en"] == "First"
    assert rule_now(edition, rule.id).drafted["condition"] == group("all", JAPAN)


def test_what_can_not_be_saved_says_so(place) -> None:
    edition, people, _, rule = place
    with db.transaction(), scope.choose(edition.scope):
        edition = session().get_one(Edition, edition.id)
        rule, who = session().get_one(EligibilityRule, rule.id), people[Role.STAFF]
        path: tuple[int, ...] = ()
        for _level in range(DEPTH - 1):
            editing.add_group(rule, path, shown=None, actor=who)
            path = (*path, 1 if not path else 0)
        with pytest.raises(Refused, match="nested any deeper"):
            editing.add_group(rule, path, shown=None, actor=who)
        with pytest.raises(Refused, match="One group is empty"):
            editing.save_rule(edition, rule, shown=None, actor=who)
        editing.remove_part(rule, (1,), shown=None, actor=who)
        editing.remove_part(rule, (0,), shown=None, actor=who)
        with pytest.raises(Refused, match="Add a condition first"):
            editing.save_rule(edition, rule, shown=None, actor=who)
        new = editing.begin_rule(edition, template=None, actor=who)
        with pytest.raises(Refused, match="never been saved"):
            editing.switch_rule(edition, new, active=True, actor=who)
        editing.discard_draft(new, shown=None, actor=who)
        session().flush()
        assert [rule.key for rule in cases.rules(edition, active_only=False)] == ["place"]


def test_a_rule_over_a_removed_question_is_named_and_fails_nobody(place, browser) -> None:
    edition, people, _, rule = place
    with db.transaction(), scope.choose(edition.scope):
        form = plain_form(current_form(edition))
        application = make_complete_draft(edition, form)
        sending.send(application, form, edition=edition, at=clock.now(), actor=application.applicant)
        rule = session().get_one(EligibilityRule, rule.id)
        running.run_rules(edition, [application])
        assert [result.outcome for result in cases.results(application)] == [Outcome.FAIL]
        session().delete(session().scalars(select(Question).where(Question.key == "country")).one())
    with db.transaction(), scope.choose(edition.scope):
        application = cases.application(edition, application.reference)
        running.run_rules(edition, [application])
        assert [result.outcome for result in cases.results(application)] == [Outcome.ASK]
    me = browser.sign_in(people[Role.STAFF])
    base = f"/editions/{edition.slug}/screening/rules"
    for path in (base, f"{base}/{rule.id}"):
        page = me.get(path).text
        assert ("Broken:" in page, "“country” is no longer asked in the form." in page) == (True, True)
    me.post(f"{base}/{rule.id}/save", {"version": version_on(me.get(f"{base}/{rule.id}"))})
    assert rule_now(edition, rule.id).version == 1


def test_nothing_for_statistics_alone_can_be_asked(place, browser) -> None:
    edition, people, _, rule = place
    me = browser.sign_in(people[Role.STAFF])
    page = me.get(f"/editions/{edition.slug}/screening/rules/{rule.id}/add/root").text
    assert ('value="founders"' in page, 'value="founder_statistics"' in page) == (True, False)


def test_nobody_else_sees_or_changes_rules(place, browser) -> None:
    edition, people, stranger, rule = place
    base = f"/editions/{edition.slug}/screening/rules"
    pages = [f"{base}/new", f"{base}/{rule.id}", f"{base}/{rule.id}/add/root", f"{base}/{rule.id}/conditions/0"]
    acts = [*pages, *(f"{base}/{rule.id}/{act}" for act in ("parts/0", "save", "discard"))]
    for person in [stranger, *(people[role] for role in Role if role not in (Role.STAFF, Role.ADMIN))]:
        visitor = browser.sign_in(person)
        assert {visitor.get(path).status_code for path in pages} == {404}
        assert {visitor.post(path, {"by": "remove"}).status_code for path in acts} == {404}
    assert rule_now(edition, rule.id).draft is None


def test_who_can_apply_stands_in_words_beside_the_questions_of_the_call(browser: Browser) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            make_form(edition)
            failing = [rule for rule in editing.create_rules(edition, actor=None) if rule.severity is Severity.FAIL]
            failing[0].active = False
            names = [rule.name for rule in failing]
    page = html.unescape(browser.get(f"/calls/{edition.slug}/questions").text)
    assert [name in page for name in names] == [False, *[True] * (len(names) - 1)]
    assert "No rule refuses anybody by itself." in page
