"""The blueprint that the pages of this stage hang on."""

from flask import abort

from accelerator.accounts.models import Person
from accelerator.accounts.views.visitor import current_person
from accelerator.core import doors
from accelerator.core.i18n import lazy
from accelerator.core.web import Feature

bp = Feature("progress", __name__)
doors.offer("startup", lazy("Milestones"), "progress.milestones", ("team", "founder", "partner"))
doors.offer("startup", lazy("Numbers"), "progress.numbers", ("team", "founder"))


def acting() -> Person:
    """Who makes the present request, on pages whose rule lets nobody else through."""
    person = current_person()
    return person if person is not None else abort(401)
