"""Reads of saved views: the team's and one's own."""

from sqlalchemy import or_, select

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.intake.team_models import SavedView
from accelerator.programmes.models import Edition


def views_for(edition: Edition, person: Person) -> list[SavedView]:
    """The views that a person finds on the list: the team's first, then their own, by age."""
    theirs = or_(SavedView.person_id.is_(None), SavedView.person_id == person.id)
    known = select(SavedView).where(SavedView.edition_id == edition.id, theirs)
    return list(session().scalars(known.order_by(SavedView.person_id.is_not(None), SavedView.id)))


def view(edition: Edition, view_id: int) -> SavedView | None:
    """One saved view."""
    return session().scalar(select(SavedView).where(SavedView.id == view_id, SavedView.edition_id == edition.id))
