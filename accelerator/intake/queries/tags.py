"""Reads of what the team keeps about applications: tags and owners. Whoever asks is named: what bars them isn't counted."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import Integer, bindparam, func, select

from accelerator.accounts.models import Person
from accelerator.accounts.names import Name
from accelerator.accounts.queries import people_with
from accelerator.accounts.rules import TEAM
from accelerator.core.db import session
from accelerator.core.prepared import Prepared, columns
from accelerator.intake.models import Application
from accelerator.intake.queries.visibility import visible_to
from accelerator.intake.team_models import ApplicationOwner, ApplicationTag, Tag
from accelerator.intake.terms import folded
from accelerator.programmes.models import Edition


def tags(edition: Edition) -> list[Tag]:
    """The tags of an edition, by name."""
    return list(session().scalars(select(Tag).where(Tag.edition_id == edition.id).order_by(Tag.folded)))


def tag(edition: Edition, tag_id: int) -> Tag | None:
    """One tag of an edition."""
    return session().scalar(select(Tag).where(Tag.id == tag_id, Tag.edition_id == edition.id))


def tag_named(edition: Edition, name: str) -> Tag | None:
    """The tag that is called so, however the name is typed."""
    return session().scalar(select(Tag).where(Tag.edition_id == edition.id, Tag.folded == folded(name)))


def uses(edition: Edition, viewer: Person) -> dict[int, int]:
    """How many applications bear each tag, as far as the viewer may know of them; those that nothing bears are left out."""
    counted = (
        select(ApplicationTag.tag_id, func.count(ApplicationTag.application_id))
        .join(Application, Application.id == ApplicationTag.application_id)
        .where(ApplicationTag.edition_id == edition.id, visible_to(viewer))
        .group_by(ApplicationTag.tag_id)
    )
    return dict(session().execute(counted).all())


def tag_names(application_ids: Collection[int]) -> Mapping[int, list[str]]:
    """The names of the tags that some applications bear, which the caller may see: one statement for all of them."""
    named: dict[int, list[str]] = defaultdict(list)
    if application_ids:
        borne = (
            select(ApplicationTag.application_id, Tag.name)
            .join(Tag, Tag.id == ApplicationTag.tag_id)
            .where(ApplicationTag.application_id.in_(application_ids))
            .order_by(Tag.folded)
        )
        for application_id, name in columns(borne):
            named[application_id].append(name)
    return named


def owner_names(application_ids: Collection[int], language: str) -> Mapping[int, str]:
    """Who is responsible for some applications, which the caller may see, by name."""
    owned = (
        select(
            ApplicationOwner.application_id,
            Person.given_name,
            Person.family_name,
            Person.family_first,
            Person.native_name,
        )
        .join(Person, Person.id == ApplicationOwner.person_id)
        .where(ApplicationOwner.application_id.in_(application_ids))
    )
    return {application_id: Name(*parts).in_language(language) for application_id, *parts in columns(owned)}


def tags_of(application: Application) -> list[Tag]:
    """The tags of one application, by name."""
    return list(_TAGS_OF.entities(application=application.id).scalars())


_TAGS_OF = Prepared(
    lambda: (
        select(Tag)
        .join(ApplicationTag, ApplicationTag.tag_id == Tag.id)
        .where(ApplicationTag.application_id == bindparam("application", type_=Integer))
        .order_by(Tag.folded)
    )
)


def ownership(application: Application) -> ApplicationOwner | None:
    """Who is responsible for an application, as a row."""
    return session().get(ApplicationOwner, application.id)


def owner_of(application: Application) -> Person | None:
    """Who is responsible for an application."""
    owner: Person | None = _OWNER_OF.entities(application=application.id).scalar()
    return owner


_OWNER_OF = Prepared(
    lambda: (
        select(Person)
        .join(ApplicationOwner, ApplicationOwner.person_id == Person.id)
        .where(ApplicationOwner.application_id == bindparam("application", type_=Integer))
    )
)


def team(edition: Edition) -> list[Person]:
    """Whoever can be responsible for an application, by name."""
    return people_with(edition.id, *TEAM)
