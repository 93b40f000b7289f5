"""The stage's routes hang on this; and the instant at which a request arrived, which decides about deadlines."""

from datetime import datetime

from flask import abort

from accelerator.accounts.models import Person
from accelerator.accounts.views.visitor import current_person
from accelerator.core import clock
from accelerator.core.web import Feature

bp = Feature("intake", __name__)


def arrival() -> datetime:
    """When the present request arrived, on the clock of the edition that is chosen."""
    return clock.arrival()


def me() -> Person:
    """Who makes the request; the route's rule has let nobody else in."""
    person = current_person()
    return person if person is not None else abort(401)
