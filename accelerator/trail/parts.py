"""The newest acts about an application, on the team's page of it."""

from collections.abc import Mapping
from typing import Any

from accelerator.accounts.models import Person
from accelerator.accounts.rules import on_team
from accelerator.core import web
from accelerator.core.i18n import lazy
from accelerator.core.parts import Part
from accelerator.intake.models import Application
from accelerator.intake.queries.visibility import is_barred
from accelerator.trail import queries, wording
from accelerator.trail.queries import Filters

SHOWN = 10


def _is_shown(actor: Person | None, application: Application) -> bool:
    if actor is None or not on_team(actor, application.edition_id):
        return False
    return not is_barred(actor, application)


def _contents(actor: Person, application: Application) -> Mapping[str, Any]:
    edition = web.chosen()
    page = queries.acts(edition, Filters(application=application.reference), actor.id, None)
    acts = page.rows[:SHOWN]
    things, allowed = queries.things(edition, acts, actor.id), queries.allowed(edition, actor.id, acts)
    return {"acts": wording.lines(edition, acts, things, **allowed), "has_more": len(page.rows) > SHOWN}


PART = Part("history", lazy("History"), _is_shown, "trail/part.html", _contents, last=True)
