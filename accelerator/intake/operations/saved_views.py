"""Saving, renaming and removing views of the list of applications."""

from collections.abc import Iterator

from accelerator.accounts.models import Person
from accelerator.core.audit import audit
from accelerator.core.db import add, changes_of, lock, session, take_turns
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.text import clean_line
from accelerator.intake.queries import saved_views as queries
from accelerator.intake.team_models import VIEW_LENGTH, SavedView
from accelerator.programmes.models import Edition

MOST_VIEWS, LONGEST_QUERY = 30, 2000


def view_problems(name: str) -> Iterator[Refused]:
    """What is wrong with the name of a view."""
    name = clean_line(name)
    if not name:
        yield Refused(_("Enter a name for the view."), field="name")
    elif len(name) > VIEW_LENGTH:
        yield Refused(_("Shorten the name to %(most)s characters.", most=VIEW_LENGTH), field="name")


def save_view(edition: Edition, *, name: str, query: str, for_team: bool, actor: Person) -> SavedView:
    """Keep a list as it is narrowed, ordered and shown, for the actor or for the whole team."""
    take_turns(f"views:{edition.id}")
    refuse(view_problems(name))
    if len(query) > LONGEST_QUERY:
        raise Refused(_("This list is narrowed by too much to be saved. Shorten the search."))
    if len(queries.views_for(edition, actor)) >= MOST_VIEWS:
        raise Refused(_("There are %(most)s views. Remove one that nobody needs first.", most=MOST_VIEWS))
    owner = None if for_team else actor.id
    view = add(SavedView(edition_id=edition.id, name=clean_line(name), query=query, person_id=owner))
    audit(actor, "saved_view.created", view, name=[None, view.name])
    return view


def change_view(view: SavedView, *, name: str, for_team: bool, actor: Person) -> None:
    """Call a view by another name, or give it to the team, or take it back to oneself. The caller has locked it."""
    refuse(view_problems(name))
    changed = changes_of(view, {"name": clean_line(name), "person_id": None if for_team else actor.id})
    if changed:
        audit(actor, "saved_view.changed", view, **changed)


def remove_view(view: SavedView, *, actor: Person) -> None:
    """Remove a view; what it showed stays."""
    lock(view)
    audit(actor, "saved_view.removed", view, name=[view.name, None])
    session().delete(view)
