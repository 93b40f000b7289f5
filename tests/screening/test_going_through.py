"""Going through the queue: on to the next, what waits for me, what is asked from a rule, and what came back."""

import pytest

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope
from accelerator.core.db import session
from accelerator.intake.models import Application, Revision
from accelerator.intake.operations import sending
from accelerator.programmes.models import Edition
from accelerator.screening.conditions.tree import condition
from accelerator.screening.models import Outcome, Severity
from accelerator.screening.operations import running
from accelerator.screening.queries import screening_queue
from tests.factories import make_application, make_edition, make_member
from tests.factories.intake import make_complete_draft, make_form
from tests.factories.scoring import make_conflict
from tests.factories.screening import make_rule, make_verdict
from tests.visits.sent import UntouchedForms


@pytest.fixture
def place(app):
    """An edition with two of its team and three applications that nobody has looked at."""
    with db.transaction():
        edition = make_edition()
        staff, admin = make_member(edition, Role.STAFF), make_member(edition, Role.ADMIN)
    with db.transaction(), scope.choose(edition.scope):
        applications = [make_application(edition, name=name) for name in ("Kurage", "Momo", "Tsuru")]
    return edition, staff, admin, applications


def test_each_verdict_leads_to_the_next_of_the_view(place, browser) -> None:
    edition, staff, _, applications = place
    me, base = browser.sign_in(staff), f"/editions/{edition.slug}/screening"
    kurage, momo, tsuru = (application.reference for application in applications)
    assert f'href="{base}/{momo}?view=look"' in me.get(f"{base}?view=look").text
    page = me.get(f"{base}/{momo}?view=look").text
    assert [f'data-key="Key{key}"' in page for key in "PFAMSN"] == [True] * 6
    assert 'id="keys"' in page
    action = f"{base}/{momo}?view=look"
    assert action in UntouchedForms(action, page).forms
    passing = {**UntouchedForms(action, page).forms[action], "outcome": "pass", "then": "next"}
    assert me.post(action, passing).location == f"{base}/{tsuru}?view=look"
    assert me.post(f"{base}/{tsuru}?view=look", passing).location == f"{base}/{kurage}?view=look"
    failing = {**passing, "outcome": "fail", "reason_code": "other"}
    wrong = me.post(f"{base}/{kurage}?view=look", failing)
    assert (wrong.status_code, "Say in the comment what the reason is." in wrong.text) == (422, True)
    assert me.post(f"{base}/{kurage}?view=look", passing).location == f"{base}?view=look"


def test_what_waits_for_me_is_what_others_failed(place, browser) -> None:
    edition, staff, admin, applications = place
    with db.transaction(), scope.choose(edition.scope):
        for application, giver in zip(applications, (staff, admin, admin), strict=True):
            make_verdict(session().get_one(Application, application.id), giver)
        make_conflict(session().get_one(Application, applications[2].id), staff)
        here = session().get_one(Edition, edition.id)
        counts = [screening_queue.counts(here, person) for person in (staff, admin)]
        assert [(known["mine"], known["confirm"]) for known in counts] == [(1, 2), (1, 3)]
    me, base = browser.sign_in(staff), f"/editions/{edition.slug}/screening"
    page = me.get(f"{base}?view=mine").text
    assert [name in page for name in ("Kurage", "Momo", "Tsuru")] == [False, True, False]
    assert 'Waiting for me to confirm <span class="muted">1</span>' in page
    momo = applications[1].reference
    confirm = f"{base}/{momo}/confirm?view=mine"
    assert f'action="{confirm}"' in me.get(f"{base}/{momo}?view=mine").text
    assert me.post(confirm, {"then": "next"}).location == f"{base}?view=mine"
    assert "Nothing to confirm" in me.get(f"{base}?view=mine").text


def test_what_is_missing_is_asked_from_the_rule_and_comes_back_when_it_is_answered(
    place, browser, count_queries
) -> None:
    edition, staff, *_ = place
    with db.transaction(), scope.choose(edition.scope):
        form = make_form(edition)
        rule = make_rule(edition, "complete", condition("*complete", "complete"), severity=Severity.ASK)
        application = make_complete_draft(edition, form, name="Northbreath")
        sending.send(application, form, edition=edition, at=clock.now(), actor=application.applicant)
        application.applicant.language = "en"
        revision = session().query(Revision).filter_by(application_id=application.id).one()
        revision.answers = {key: value for key, value in revision.answers.items() if key != "market"}
        running.run_rules(session().get_one(Edition, edition.id), [application])
        reference, number = application.reference, application.id
    me, address = browser.sign_in(staff), f"/editions/{edition.slug}/screening/{reference}"
    assert f"{address}?ask={rule.id}&amp;view=look#give" in me.get(address).text
    count_queries.clear()
    page = me.get(f"{address}?ask={rule.id}&view=look")
    assert len(count_queries) <= 15
    fields = UntouchedForms(address, page.text).forms[f"{address}?view=look"]
    assert [fields[name] for name in ("outcome", "reason_code", "about")] == [["ask"], ["incomplete"], ["market"]]
    assert fields["question"] == ["1 of 39 required answers are missing: The market, and how you reach it."]
    assert me.post(f"{address}?view=look", fields).status_code == 302
    with db.transaction(), scope.choose(edition.scope):
        here, again = session().get_one(Edition, edition.id), session().get_one(Application, number)
        assert reference not in {row.reference for row in screening_queue.queue(here, staff, "look").rows}
        again.answers = {**again.answers, "market": "Clinics, by way of their suppliers."}
        sending.send(again, form, edition=here, at=clock.now(), actor=again.applicant)
        rows = {row.reference: row for row in screening_queue.queue(here, staff, "look").rows}
        assert (rows[reference].answered, rows[reference].outcome) == (True, Outcome.ASK)
    queue = me.get(f"/editions/{edition.slug}/screening").text
    assert ("Answered" in queue, "Answers changed since" in queue) == (True, True)
