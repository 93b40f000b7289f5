"""The blueprint of selection, and what its pages share."""

from flask import abort

from accelerator.accounts.models import Person
from accelerator.accounts.views.visitor import current_person
from accelerator.core.web import Feature

bp = Feature("selection", __name__)


def signed_in_person() -> Person:
    """Who acts; the route's rule let nobody else through."""
    person = current_person()
    if person is None:
        abort(404)
    return person
