"""The queue of screening: each count and each row, beside what a plain look at every application says."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accelerator.accounts.models import Role
from accelerator.core import clock, scope
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.operations import withdrawing
from accelerator.screening.models import SCREENED, Outcome, Verdict
from accelerator.screening.operations import verdicts
from accelerator.screening.queries import cases, screening_queue
from accelerator.screening.queries.screening_queue import Tally
from tests.factories import make_application, make_edition, make_member
from tests.factories.people import unconcerned
from tests.factories.screening import make_result, make_rule, make_verdict

S = ApplicationState


@pytest.fixture
def place(tx: Session):
    """An edition and two of its staff; the edition is chosen."""
    edition = make_edition()
    first, second = make_member(edition, Role.STAFF), make_member(edition, Role.ADMIN)
    with scope.choose(edition.scope):
        yield edition, first, second


def view_of(application: Application, verdict: Verdict | None) -> str | None:
    """The view that an application belongs in, by the words of the queue's tabs."""
    if verdict is not None and verdict.awaits_second and application.state in SCREENED:
        return "confirm"
    if application.state is S.SENT:
        return "look" if verdict is None else "ask" if verdict.outcome is Outcome.ASK else None
    return {S.ELIGIBLE: "passed", S.INELIGIBLE: "failed"}.get(application.state)


def looked_at(edition) -> dict[str, list[int]]:
    """Ids by view, found one by one."""
    found: dict[str, list[int]] = {view: [] for view in screening_queue.VIEWS}
    mine = select(Application).where(Application.edition_id == edition.id).order_by(Application.id)
    for one in session().scalars(mine):
        view = view_of(one, cases.verdict(one))
        if view:
            found[view].append(one.id)
        if view == "confirm":
            found["mine"].append(one.id)  # whoever looks here has given none
    return found


def act(dice: Random, edition, application, people) -> None:
    """One thing that somebody may do; what is refused changes nothing."""
    actor = dice.choice(people)
    outcome = dice.choice(list(Outcome))
    deeds = [
        lambda: verdicts.give_verdict(
            application,
            outcome=outcome,
            reason_code="incomplete",
            comment="Seen.",
            question="Who owns it?",
            actor=actor,
        ),
        lambda: verdicts.confirm_fail(application, actor=actor),
        lambda: verdicts.take_back(application, actor=actor),
        lambda: withdrawing.withdraw(application, reason="We merged.", edition=edition, actor=application.applicant),
    ]
    try:
        dice.choices(deeds, weights=[8, 4, 2, 1])[0]()
    except Refused:
        return


@pytest.mark.parametrize("seed", range(6))
def test_counts_and_rows_are_those_of_a_plain_look(place, seed) -> None:
    edition, *people = place
    dice = Random(seed)
    made = [make_application(edition) for _ in range(12)]
    make_application(edition, S.DRAFT), make_application(edition, S.ELIGIBLE), make_application(edition, S.INELIGIBLE)
    make_verdict(make_application(edition, S.OFFERED), people[0])
    make_verdict(make_application(edition, S.ELIGIBLE), people[0])
    other = make_edition()
    with scope.choose(other.scope):
        make_verdict(make_application(other), people[0], Outcome.ASK)
    seen = Counter()
    for _step in range(60):
        act(dice, edition, dice.choice(made), people)
        wanted = looked_at(edition)
        assert screening_queue.counts(edition, unconcerned()) == {view: len(ids) for view, ids in wanted.items()}
        seen += Counter({view: 1 for view, ids in wanted.items() if ids})
    assert set(seen) == set(screening_queue.VIEWS)
    for view, ids in looked_at(edition).items():
        assert [row.id for row in screening_queue.queue(edition, unconcerned(), view).rows] == ids


@pytest.mark.parametrize("view", ["look", "ask", "confirm"])
def test_pages_of_a_view_follow_each_other(place, view) -> None:
    edition, first, _ = place
    made = [make_application(edition) for _ in range(60)]
    if view != "look":
        for one in made:
            make_verdict(one, first, Outcome.ASK if view == "ask" else Outcome.FAIL)
    start = screening_queue.queue(edition, unconcerned(), view, size=25)
    middle = screening_queue.queue(edition, unconcerned(), view, mark=start.after, size=25)
    end = screening_queue.queue(edition, unconcerned(), view, mark=middle.after, size=25)
    shown = [row.id for page in (start, middle, end) for row in page.rows]
    assert shown == [one.id for one in made]
    assert [
        row.id for row in screening_queue.queue(edition, unconcerned(), view, mark=middle.before, size=25).rows
    ] == shown[:25]
    assert (start.before, end.after) == (None, None)


def test_tallies_count_what_active_rules_said_of_the_rows_asked_for(place) -> None:
    edition, *_ = place
    track, deck = make_rule(edition), make_rule(edition, "deck")
    old = make_rule(edition, "old", active=False)
    both, one, silent, elsewhere = (make_application(edition) for _ in range(4))
    make_result(track, both, Outcome.FAIL), make_result(deck, both, Outcome.ASK), make_result(old, both, Outcome.FAIL)
    make_result(track, one), make_result(old, silent), make_result(track, elsewhere)
    assert screening_queue.tallies([both.id, one.id, silent.id]) == {both.id: Tally(2, 1, 1), one.id: Tally(1, 0, 0)}
    assert screening_queue.tallies([]) == {}


def test_the_last_batch_counts_what_still_stands(place) -> None:
    edition, first, second = place
    rule = make_rule(edition)
    made = [make_application(edition) for _ in range(5)]
    for one in made:
        make_result(rule, one)
    assert screening_queue.last_batch(edition, first) is None
    assert verdicts.pass_clear(edition, expected=5, actor=first) == 5
    at, number = screening_queue.last_batch(edition, first)
    assert number == 5
    withdrawing.withdraw(made[0], reason="We merged.", edition=edition, actor=made[0].applicant)
    verdicts.take_back(made[1], actor=second)
    assert screening_queue.last_batch(edition, first) == (at, 3)
    with clock.shifted(timedelta(minutes=10)):
        verdicts.give_verdict(made[1], outcome=Outcome.PASS, reason_code=None, comment="", actor=first)
        assert screening_queue.last_batch(edition, first)[1] == 1
    with clock.shifted(timedelta(minutes=31)):
        assert screening_queue.last_batch(edition, first)[1] == 1
    with clock.shifted(timedelta(minutes=41)):
        assert screening_queue.last_batch(edition, first) is None
