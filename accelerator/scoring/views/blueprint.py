"""The blueprint of this stage, and who its pages speak to."""

from typing import Any

from flask import abort

from accelerator.accounts.models import Person
from accelerator.accounts.views.visitor import current_person
from accelerator.core.charts.bars import bar
from accelerator.core.countries import country_name
from accelerator.core.web import Feature

bp = Feature("scoring", __name__)


@bp.context_processor
def _drawing() -> dict[str, Any]:
    return {"bar": bar, "country_name": country_name}


def me() -> Person:
    """The person who has signed in: every route here asks for one before its view runs."""
    person = current_person()
    if person is None:
        abort(404)
    return person
