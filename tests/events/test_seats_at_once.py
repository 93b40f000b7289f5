"""The last seats and a corrected number, fought over by several at once, on SQLite and on PostgreSQL with real commits."""

import threading
from collections.abc import Callable
from decimal import Decimal

from sqlalchemy import func, select

from accelerator.core import db, scope
from accelerator.core.errors import Refused
from accelerator.events import queries
from accelerator.events.models import Registration, RegistrationState
from accelerator.events.operations import registrations
from accelerator.progress.models import MetricValue
from accelerator.progress.operations.metrics import correct_value, send_numbers
from accelerator.progress.queries import metrics as metric_queries
from tests.factories import make_cohort_startup, make_edition
from tests.factories.events import make_event
from tests.factories.progress import make_metrics, this_friday
from tests.services.installations import Thread

G = RegistrationState


def at_once(*calls: Callable[[], object]) -> list[Exception]:
    """Run the calls in threads that start together; what they raised."""
    barrier, raised = threading.Barrier(len(calls)), []

    def run(call: Callable[[], object]) -> None:
        barrier.wait()
        try:
            call()
        except Exception as error:
            raised.append(error)

    threads = [Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_no_seat_is_given_twice_and_none_stays_empty(any_database: str):
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            event = make_event(edition, capacity=2)

    def come(name: str) -> None:
        with db.transaction(), scope.choose(edition.scope):
            found = queries.event(edition, event.slug)
            assert found is not None
            registration = registrations.register(
                found,
                name=name,
                email=f"{name}@example.org",
                organisation="",
                country=None,
                language="en",
                zone="UTC",
                actor=None,
            )
            registrations.confirm(registration, actor=None)

    def leave(name: str) -> None:
        with db.transaction(), scope.choose(edition.scope):
            found = queries.event(edition, event.slug)
            assert found is not None
            held = queries.registration_by_address(found, f"{name}@example.org")
            assert held is not None
            registrations.cancel(held, actor=None)

    assert at_once(*(lambda name=name: come(name) for name in "abcdef")) == []
    assert states(edition) == {G.REGISTERED: 2, G.WAITING: 4}
    with db.reading() as session, scope.choose(edition.scope):
        seated = session.scalars(select(Registration.name).where(Registration.state == G.REGISTERED)).all()
    assert at_once(*(lambda name=name: leave(name) for name in seated)) == []
    assert states(edition) == {G.REGISTERED: 2, G.WAITING: 2, G.CANCELLED: 2}


def states(edition) -> dict[RegistrationState, int]:
    """How many registrations are in each state."""
    with db.reading() as session, scope.choose(edition.scope):
        rows = session.execute(select(Registration.state, func.count(Registration.id)).group_by(Registration.state))
        return dict(tuple(row) for row in rows)


def test_two_corrections_at_once_keep_one_current_value(any_database: str):
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            startup, founder = make_cohort_startup(edition)
            make_metrics(edition, startup, founder)
            edition.starts_on = this_friday(edition)
            send_numbers(
                startup, edition, as_of=this_friday(edition), values={"CUST_PAY": Decimal(3)}, note="", actor=founder
            )
            value_id = db.session().scalar(select(MetricValue.id))

    def correct(number: int) -> None:
        with db.transaction(), scope.choose(edition.scope):
            value = metric_queries.value(edition, value_id)
            assert value is not None
            correct_value(value, number=Decimal(number), note="Counted again", actor=founder)

    raised = at_once(lambda: correct(4), lambda: correct(5))
    assert [type(error) for error in raised] == [Refused]
    with db.reading() as session:
        rows = session.execute(select(MetricValue.id, MetricValue.replaced_by_id).order_by(MetricValue.id)).all()
    (old, replaced_by), (new, current) = rows
    assert (old, replaced_by, current) == (value_id, new, None)
