"""The stage's routes hang on this; and the instant at which a request arrived, which decides about deadlines."""

from datetime import datetime
from typing import Any

from flask import abort, g, request_started

from accelerator.accounts.models import Person
from accelerator.accounts.views.visitor import current_person
from accelerator.core import clock, scope
from accelerator.core.web import Feature

bp = Feature("intake", __name__)


@request_started.connect
def _note_arrival(_sender: Any, **_extra: Any) -> None:
    # Before the body is read and before a transaction waits for its turn: neither may cost somebody the deadline.
    g.arrived_at = clock.system_now()


def arrival() -> datetime:
    """When the present request arrived, on the clock of the edition that is chosen."""
    choice = scope.current()
    arrived: datetime = g.arrived_at
    return arrived + choice.ahead if choice else arrived


def me() -> Person:
    """Who makes the request; the route's rule has let nobody else in."""
    person = current_person()
    return person if person is not None else abort(401)
