"""A conflict of interest bars screening: the queue, its counts, the page, every act, and passing all at once."""

import pytest

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.intake.models import Application, ApplicationState
from accelerator.screening.models import Outcome, Verdict
from accelerator.screening.operations import running, verdicts
from accelerator.screening.queries import screening_queue
from tests.factories import make_application, make_edition, make_founder, make_member
from tests.factories.scoring import make_conflict
from tests.factories.screening import make_result, make_rule, make_verdict


@pytest.fixture(params=["conflict", "founder"])
def place(app, request):
    """An edition with a plain and a barred application, both clear, and two people of the team."""
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        staff, admin = make_member(edition, Role.STAFF), make_member(edition, Role.ADMIN)
        plain, hidden = make_application(edition, name="Plain"), make_application(edition, name="Hidden")
        rule = make_rule(edition)
        make_result(rule, plain), make_result(rule, hidden)
        if request.param == "conflict":
            make_conflict(hidden, staff)
        else:
            make_founder(hidden.startup, staff)
    return edition, staff, admin, plain, hidden


def test_the_queue_leaves_it_out_and_says_so(place, browser) -> None:
    edition, staff, admin, *_ = place
    page = browser.sign_in(staff).get(f"/editions/{edition.slug}/screening").text
    assert ("Plain" in page, "Hidden" in page) == (True, False)
    assert "1 application is not shown because of a conflict of interest." in page
    assert 'To check <span class="muted">1</span>' in page
    page = browser.sign_in(admin).get(f"/editions/{edition.slug}/screening").text
    assert ("Plain" in page, "Hidden" in page) == (True, True)
    assert "not shown" not in page


def test_its_page_and_every_act_on_it_are_not_there(place, browser) -> None:
    edition, staff, admin, plain, hidden = place
    base = f"/editions/{edition.slug}/screening"
    browser.sign_in(staff)
    assert browser.get(f"{base}/{hidden.reference}").status_code == 404
    for act in ("", "/confirm", "/take-back", "/rules"):
        assert browser.post(f"{base}/{hidden.reference}{act}", {"outcome": "pass"}).status_code == 404
    assert hidden.reference not in browser.get(f"{base}/{plain.reference}").text
    assert browser.sign_in(admin).get(f"{base}/{hidden.reference}").status_code == 200


def test_the_operations_refuse_it(place) -> None:
    edition, staff, admin, _, hidden = place
    with db.transaction(), scope.choose(edition.scope):
        application = session().get_one(Application, hidden.id)
        make_verdict(application, admin)
        acts = [
            lambda: verdicts.give_verdict(application, outcome=Outcome.PASS, reason_code=None, comment="", actor=staff),
            lambda: verdicts.confirm_fail(application, actor=staff),
            lambda: verdicts.take_back(application, actor=staff),
            lambda: running.run_rules_on(edition, application, actor=staff),
        ]
        for act in acts:
            with pytest.raises(Refused, match="conflict of interest"):
                act()
        verdicts.confirm_fail(application, actor=make_member(edition, Role.STAFF))


def test_passing_all_passes_what_may_be_seen(place, browser) -> None:
    edition, staff, *_ = place
    base = f"/editions/{edition.slug}/screening"
    page = browser.sign_in(staff).get(f"{base}/pass-all").text
    assert ("Pass 1 application" in page, "Hidden" in page) == (True, False)
    assert browser.post(f"{base}/pass-all", {"expected": "1"}).status_code == 302
    with db.reading() as opened, scope.choose(edition.scope):
        states = {one.name: one.state for one in opened.query(Application)}
    assert states == {"Plain": ApplicationState.ELIGIBLE, "Hidden": ApplicationState.SENT}


def test_undoing_leaves_alone_what_bars_since_then(place) -> None:
    edition, staff, _, plain, _ = place
    with db.transaction(), scope.choose(edition.scope):
        later = make_application(edition, ApplicationState.ELIGIBLE)
        now = clock.now()
        plain = session().get_one(Application, plain.id)
        plain.state = ApplicationState.ELIGIBLE
        for one in (plain, later):
            make_verdict(one, staff, Outcome.PASS, given_at=now)
        assert screening_queue.last_batch(edition, staff) == (now, 2)
        make_conflict(later, staff)
        assert screening_queue.last_batch(edition, staff) == (now, 1)
        assert verdicts.undo_pass(edition, at=now, actor=staff) == 1
        assert (plain.state, later.state) == (ApplicationState.SENT, ApplicationState.ELIGIBLE)
        assert screening_queue.last_batch(edition, staff) is None
        assert session().query(Verdict).filter_by(application_id=later.id).count() == 1
