"""The blueprint of this stage."""

from flask import abort

from accelerator.accounts.models import Person
from accelerator.accounts.views.visitor import current_person
from accelerator.core import doors
from accelerator.core.i18n import lazy
from accelerator.core.web import Feature

bp = Feature("mentoring", __name__)
doors.offer("startup", lazy("Sessions"), "mentoring.sessions", ("team", "founder", "mentor"))


def acting() -> Person:
    """Whoever acts; the route's rule has let somebody through."""
    return current_person() or abort(404)
