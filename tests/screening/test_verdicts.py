"""Verdicts: who gives them, the second person, taking back, and passing many at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accelerator.accounts.models import Role
from accelerator.core import clock, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.intake.models import ApplicationState
from accelerator.screening.models import Outcome, Verdict
from accelerator.screening.operations import editing, running, verdicts
from accelerator.screening.queries import cases, screening_queue
from tests.factories import make_application, make_edition, make_member
from tests.factories.people import unconcerned
from tests.factories.screening import make_result, make_rule, make_verdict

S = ApplicationState


@pytest.fixture
def place(tx: Session):
    """An edition, two of its staff and one sent application."""
    edition = make_edition()
    first, second = make_member(edition, Role.STAFF), make_member(edition, Role.ADMIN)
    with scope.choose(edition.scope):
        yield edition, first, second, make_application(edition)


def acts(application) -> list[str]:
    entries = select(AuditEntry.action).where(
        AuditEntry.subject_id == application.id, AuditEntry.subject_type == "application"
    )
    return list(session().scalars(entries.order_by(AuditEntry.id)))


def give(application, outcome, actor, reason=None, comment="", question="Which year were you founded?"):
    verdicts.give_verdict(
        application, outcome=outcome, reason_code=reason, comment=comment, question=question, actor=actor
    )


def test_a_pass_makes_eligible_at_once(place) -> None:
    _, first, _, application = place
    give(application, Outcome.PASS, first)
    assert application.state is S.ELIGIBLE
    assert acts(application) == ["screening.judged", "application.eligible"]


def test_a_fail_waits_for_a_second_person(place) -> None:
    _, first, second, application = place
    give(application, Outcome.FAIL, first, "off_theme")
    assert application.state is S.SENT
    with pytest.raises(Refused, match="Somebody else has to confirm"):
        verdicts.confirm_fail(application, actor=first)
    verdicts.confirm_fail(application, actor=second)
    assert application.state is S.INELIGIBLE
    verdict = cases.verdict(application)
    assert (verdict.given_by, verdict.confirmed_by) == (first.id, second.id)


def test_the_database_refuses_the_same_person_too(place) -> None:
    _, first, _, application = place
    with pytest.raises(IntegrityError), session().begin_nested():
        make_verdict(application, first, confirmed_by=first.id, confirmed_at=clock.now())


def test_a_fail_is_confirmed_once(place) -> None:
    _, first, second, application = place
    give(application, Outcome.FAIL, first, "off_theme")
    verdicts.confirm_fail(application, actor=second)
    with pytest.raises(Refused, match="no longer a fail to confirm"):
        verdicts.confirm_fail(application, actor=second)


@pytest.mark.parametrize(
    ("outcome", "reason", "comment", "field"),
    [
        (Outcome.FAIL, None, "", "reason_code"),
        (Outcome.ASK, "nonsense", "", "reason_code"),
        (Outcome.FAIL, "other", "", "comment"),
        (Outcome.FAIL, "other", "ok", "comment"),
    ],
)
def test_a_fail_and_an_ask_need_a_reason(place, outcome, reason, comment, field) -> None:
    _, first, _, application = place
    with pytest.raises(Refused) as refusal:
        give(application, outcome, first, reason, comment)
    assert refusal.value.field == field
    assert cases.verdict(application) is None


def test_going_against_a_rule_needs_a_word_and_is_logged(place) -> None:
    edition, first, _, application = place
    make_result(make_rule(edition), application, Outcome.FAIL)
    with pytest.raises(Refused) as refusal:
        give(application, Outcome.PASS, first)
    assert refusal.value.field == "comment"
    with pytest.raises(Refused, match="Give the reason in words"):
        give(application, Outcome.PASS, first, comment="xxxxxxxxxxxx")
    give(application, Outcome.PASS, first, comment="The track was named in the text.")
    assert cases.verdict(application).overrides_rules is True
    assert acts(application) == ["screening.overruled", "application.eligible"]


def test_a_later_state_is_out_of_reach(place) -> None:
    edition, first, _, _ = place
    offered = make_application(edition, S.OFFERED)
    with pytest.raises(Refused, match="Offered"):
        give(offered, Outcome.FAIL, first, "off_theme")


def test_asking_after_a_pass_is_refused(place) -> None:
    _, first, _, application = place
    give(application, Outcome.PASS, first)
    with pytest.raises(Refused, match="already been decided"):
        give(application, Outcome.ASK, first, "incomplete")


def test_taking_back_returns_to_the_start(place) -> None:
    _, first, second, application = place
    give(application, Outcome.FAIL, first, "off_theme")
    verdicts.confirm_fail(application, actor=second)
    verdicts.take_back(application, actor=first)
    assert application.state is S.SENT
    assert cases.verdict(application) is None
    assert acts(application)[-2:] == ["screening.taken_back", "application.sent"]


def test_taking_back_a_pending_fail_leaves_an_eligible_application_eligible(place) -> None:
    _, first, second, application = place
    give(application, Outcome.PASS, first)
    give(application, Outcome.FAIL, second, "off_theme")
    verdicts.take_back(application, actor=second)
    assert application.state is S.ELIGIBLE


def test_after_half_an_hour_it_stands(place) -> None:
    _, first, _, application = place
    give(application, Outcome.PASS, first)
    with clock.shifted(timedelta(minutes=31)), pytest.raises(Refused, match="30 minutes"):
        verdicts.take_back(application, actor=first)
    assert application.state is S.ELIGIBLE


def test_passing_all_takes_only_the_clear_ones_and_undoes_only_its_own(place) -> None:
    edition, first, second, application = place
    track, deck = make_rule(edition), make_rule(edition, "deck", "attached")
    asked, half, judged = (make_application(edition) for _ in range(3))
    for one, outcome in ((application, Outcome.PASS), (asked, Outcome.ASK), (judged, Outcome.PASS)):
        make_result(track, one, outcome)
        make_result(deck, one)
    make_result(track, half)
    make_verdict(judged, second)
    assert [one.id for one in screening_queue.clear(edition, unconcerned())] == [application.id]
    with pytest.raises(Refused, match="There are 1 applications now"):
        verdicts.pass_clear(edition, expected=3, actor=first)
    assert verdicts.pass_clear(edition, expected=1, actor=first) == 1
    assert [one.state for one in (application, asked, half, judged)] == [S.ELIGIBLE, S.SENT, S.SENT, S.SENT]
    at, number = screening_queue.last_batch(edition, first)
    assert number == 1
    assert screening_queue.last_batch(edition, second) is None
    with pytest.raises(Refused):
        verdicts.undo_pass(edition, at=at, actor=second)
    assert verdicts.undo_pass(edition, at=at, actor=first) == 1
    assert application.state is S.SENT


def test_an_edition_without_rules_has_no_clear_application(place) -> None:
    edition, *_ = place
    assert screening_queue.clear(edition, unconcerned()) == []


def test_a_result_of_an_earlier_revision_does_not_clear(place) -> None:
    edition, _, _, application = place
    make_result(make_rule(edition), application)
    application.revision_number = 2
    assert screening_queue.clear(edition, unconcerned()) == []


def test_the_default_rules_are_made_once(place) -> None:
    edition, first, *_ = place
    made = editing.create_rules(edition, actor=first)
    assert [rule.key for rule in made] == ["complete", "declarations", "track", "not_excluded", "deck", "age", "place"]
    assert len(editing.create_rules(edition, actor=first)) == 7


def test_running_the_rules_replaces_what_they_said(place) -> None:
    edition, first, _, application = place
    editing.create_rules(edition, actor=first)
    running.run_rules(edition, [application], actor=first)
    before = {result.rule.key: result.outcome for result in cases.results(application)}
    assert before == {
        "complete": Outcome.PASS,
        "declarations": Outcome.PASS,
        "track": Outcome.PASS,
        "not_excluded": Outcome.ASK,  # no form asks anything here, so nobody knows
        "deck": Outcome.ASK,
        "age": Outcome.ASK,
        "place": Outcome.ASK,
    }
    application.country = "JP"
    running.run_rules(edition, [application], actor=first)
    after = {result.rule.key: result for result in cases.results(application)}
    assert len(after) == 7
    assert after["place"].outcome is Outcome.ASK
    assert "can't be checked" in after["place"].explanation["en"]


def test_counts_of_the_queue(place) -> None:
    edition, first, second, _ = place
    asked, failed = make_application(edition), make_application(edition)
    make_application(edition, S.ELIGIBLE), make_application(edition, S.INELIGIBLE), make_application(edition, S.DRAFT)
    give(asked, Outcome.ASK, first, "incomplete")
    give(failed, Outcome.FAIL, first, "off_theme")
    assert screening_queue.counts(edition, unconcerned()) == {
        "look": 1,
        "ask": 1,
        "mine": 1,
        "confirm": 1,
        "passed": 1,
        "failed": 1,
    }
    assert session().scalar(select(Verdict.id).where(Verdict.confirmed_by == second.id)) is None
