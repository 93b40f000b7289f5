"""The dry run of a rule: who would change, before it is saved; what a conflict bars from it; and when it is too old."""

import pytest

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope
from accelerator.core.db import session
from accelerator.core.outbox import JobRow
from accelerator.intake.models import Application
from accelerator.intake.operations import sending
from accelerator.programmes.models import Edition
from accelerator.screening.conditions.tree import condition, group
from accelerator.screening.models import EligibilityRule, Outcome, RuleTrial, Verdict
from accelerator.screening.operations import editing, running, trying, verdicts
from accelerator.screening.queries import cases, screening_queue
from tests.factories import make_edition, make_member
from tests.factories.intake import make_complete_draft, make_form
from tests.factories.scoring import make_conflict
from tests.factories.screening import make_rule
from workers import screening

NOT_ESTONIA = condition("country", "none_of", ["EE"])


@pytest.fixture
def place(app):
    """An edition with three sent applications from Estonia and one from Japan, and a rule that wants the country."""
    with db.transaction():
        edition, other = make_edition(), make_edition()
        people = {role: make_member(edition, role) for role in Role}
        stranger = make_member(other, Role.ADMIN)
        with scope.choose(edition.scope):
            form = make_form(edition)
            applications = []
            for name, changes in (
                ("Kurage", {}),
                ("Momo", {}),
                ("Hidden", {}),
                ("Tsuru", {"country": "JP", "prefecture": "JP-28"}),
            ):
                application = make_complete_draft(edition, form, name=name, **changes)
                sending.send(application, form, edition=edition, at=clock.now(), actor=application.applicant)
                applications.append(application)
            rule = make_rule(edition, "place", condition("country", "filled"))
            running.run_rules(edition, applications)
    return edition, people, stranger, rule, applications


def redraft(edition, rule, who, node=NOT_ESTONIA) -> None:
    with db.transaction(), scope.choose(edition.scope):
        again = session().get_one(EligibilityRule, rule.id)
        editing.change_draft(again, shown=None, actor=who, condition=group("all", node))


def version_on(page) -> str:
    return page.text.split('name="version" value="')[1].split('"')[0]


def outcomes(edition, applications) -> list[list[Outcome]]:
    with db.reading() as opened, scope.choose(edition.scope):
        rows = [opened.get_one(Application, application.id) for application in applications]
        return [[result.outcome for result in cases.results(row)] for row in rows]


def test_who_changes_is_shown_before_it_is_saved_and_again_when_it_is_out_of_date(place, browser) -> None:
    edition, people, _, rule, applications = place
    redraft(edition, rule, people[Role.ADMIN])
    me = browser.sign_in(people[Role.ADMIN])
    here = f"/editions/{edition.slug}/screening/rules/{rule.id}"
    version = version_on(me.get(here))
    me.post(f"{here}/save", {"version": version})
    assert me.post(f"{here}/trial", {"version": version}).location == f"{here}/trial"
    page = me.get(f"{here}/trial").text
    assert "3 applications would change. None has yet." in page
    assert [name in page for name in ("Kurage", "Momo", "Hidden", "Tsuru")] == [True, True, True, False]
    assert outcomes(edition, applications) == [[Outcome.PASS]] * 4
    with db.transaction(), scope.choose(edition.scope):
        session().get_one(Application, applications[0].id).revision_number = 2
    assert "The dry run is out of date" in me.get(f"{here}/trial").text
    me.post(f"{here}/save", {"version": version})
    with db.reading() as opened, scope.choose(edition.scope):
        assert opened.get_one(EligibilityRule, rule.id).version == 1
    me.post(f"{here}/trial", {"version": version})
    assert me.post(f"{here}/save", {"version": version}).status_code == 302
    with db.reading() as opened, scope.choose(edition.scope):
        saved = opened.get_one(EligibilityRule, rule.id)
        assert (saved.version, saved.draft, opened.query(RuleTrial).count()) == (2, None, 0)
        job = opened.query(JobRow).filter(JobRow.name == "screening.run_rules").one()
    with scope.choose(edition.scope):
        screening.run_rules(job.id, edition_id=edition.id)
    assert outcomes(edition, applications[1:]) == [[Outcome.FAIL], [Outcome.FAIL], [Outcome.PASS]]


def test_whom_a_conflict_bars_sees_neither_name_nor_sum(place, browser, count_queries) -> None:
    edition, people, _, rule, applications = place
    with db.transaction(), scope.choose(edition.scope):
        make_conflict(session().get_one(Application, applications[2].id), people[Role.STAFF])
    redraft(edition, rule, people[Role.ADMIN])
    here = f"/editions/{edition.slug}/screening/rules/{rule.id}"
    me = browser.sign_in(people[Role.STAFF])
    me.post(f"{here}/trial", {"version": version_on(me.get(here))})
    count_queries.clear()
    page = me.get(f"{here}/trial").text
    assert ("2 applications would change." in page, "Hidden" in page, "Momo" in page) == (True, False, True)
    assert "1 application is not shown because of a conflict of interest." in page
    assert len(count_queries) <= 15
    assert "3 applications would change." in browser.sign_in(people[Role.ADMIN]).get(f"{here}/trial").text


def test_many_are_tried_by_the_worker(place, browser, monkeypatch) -> None:
    edition, people, _, rule, _ = place
    monkeypatch.setattr(trying, "AT_ONCE", 2)
    monkeypatch.setattr(screening, "AT_ONCE", 2)
    redraft(edition, rule, people[Role.ADMIN])
    with db.transaction(), scope.choose(edition.scope):
        here, again = session().get_one(Edition, edition.id), session().get_one(EligibilityRule, rule.id)
        trial = trying.try_rule(here, again, shown=None, actor=people[Role.ADMIN])
        trial_id, job_id = trial.id, trial.job_id
        assert trial.finished_at is None
    me = browser.sign_in(people[Role.ADMIN])
    address = f"/editions/{edition.slug}/screening/rules/{rule.id}/trial"
    assert "Trying the rule on all applications" in me.get(address).text
    for _time in range(2):
        with scope.choose(edition.scope):
            screening.try_rule(job_id, trial_id=trial_id)
    with db.reading() as opened, scope.choose(edition.scope):
        job, kept = opened.get_one(JobRow, job_id), opened.get_one(RuleTrial, trial_id)
        assert (job.done, job.total, [change[1:] for change in kept.changes]) == (4, 4, [["pass", "fail"]] * 3)
    assert "3 applications would change." in me.get(address).text
    assert "The dry run is done." in me.get(address, headers={"HX-Request": "true"}).text


def test_nobody_else_tries_a_rule(place, browser) -> None:
    edition, people, stranger, rule, _ = place
    address = f"/editions/{edition.slug}/screening/rules/{rule.id}/trial"
    for person in [stranger, *(people[role] for role in Role if role not in (Role.STAFF, Role.ADMIN))]:
        visitor = browser.sign_in(person)
        assert (visitor.get(address).status_code, visitor.post(address).status_code) == (404, 404)
    with db.reading() as opened, scope.choose(edition.scope):
        assert opened.query(RuleTrial).count() == 0


def test_a_verdict_stays_and_says_that_its_basis_changed(place, browser) -> None:
    """Whoever passes against a rule says why; a later version of the rules or the answers is named beside it."""
    edition, people, _, rule, applications = place
    who, reference = people[Role.STAFF], applications[0].reference
    with db.transaction(), scope.choose(edition.scope):
        session().get_one(EligibilityRule, rule.id).condition = group("all", NOT_ESTONIA)
        application = session().get_one(Application, applications[0].id)
        running.run_rules(session().get_one(Edition, edition.id), [application])
        asked = {"outcome": Outcome.PASS, "reason_code": None, "comment": "Seen with the founder.", "actor": who}
        verdicts.give_verdict(application, **asked)
        assert cases.verdict(application).basis == {
            "revision": 1,
            "rules": {str(rule.id): 1},
            "against": [rule.id],
        }
    address = f"/editions/{edition.slug}/screening/{reference}"
    me = browser.sign_in(who)
    page = me.get(address).text
    texts = ("Against the rules", "Seen with the founder.", "an earlier version of the rules", "of the answers")
    assert [text in page for text in texts] == [True, True, False, False]
    with db.transaction(), scope.choose(edition.scope):
        session().get_one(EligibilityRule, rule.id).version = 2
        session().get_one(Application, applications[0].id).revision_number = 2
    page = me.get(address).text
    assert [text in page for text in texts] == [True] * 4
    with db.reading() as opened, scope.choose(edition.scope):
        assert opened.query(Verdict).one().outcome is Outcome.PASS


def test_what_an_earlier_rule_passed_is_not_passed_in_one_go(place) -> None:
    edition, people, _, rule, _ = place
    with db.transaction(), scope.choose(edition.scope):
        here = session().get_one(Edition, edition.id)
        assert len(screening_queue.clear(here, people[Role.STAFF])) == 4
        session().get_one(EligibilityRule, rule.id).version = 2
        session().flush()
        assert screening_queue.clear(here, people[Role.STAFF]) == []
