"""What the team keeps about applications for itself: tags, and who is responsible for which."""

from collections.abc import Collection, Iterator

from sqlalchemy import delete, select

from accelerator.accounts.models import Person
from accelerator.accounts.rules import on_team
from accelerator.core import clock, i18n
from accelerator.core.audit import audit
from accelerator.core.db import add, lock, session, take_turns
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.text import clean_line
from accelerator.intake.models import Application
from accelerator.intake.queries import tags as queries
from accelerator.intake.queries.visibility import is_barred
from accelerator.intake.team_models import TAG_LENGTH, ApplicationOwner, ApplicationTag, Tag
from accelerator.intake.terms import folded
from accelerator.programmes.models import Edition

MOST_TAGS = 100  # of an edition: with more nobody finds the right one in a list


def name_problems(edition: Edition, *, name: str, renamed: Tag | None = None, field: str = "name") -> Iterator[Refused]:
    """What is wrong with the name of a tag, new or ``renamed``."""
    name = clean_line(name)
    if not folded(name).strip():
        yield Refused(_("Enter a name for the tag."), field=field)
    elif len(name) > TAG_LENGTH:
        yield Refused(_("Shorten the name to %(most)s characters.", most=TAG_LENGTH), field=field)
    else:
        same = queries.tag_named(edition, name)
        if same is not None and same != renamed:
            yield Refused(_("There is already a tag “%(name)s”.", name=same.name), field=field)


def create_tag(edition: Edition, *, name: str, actor: Person, field: str = "name") -> Tag:
    """Add a tag to those of the edition."""
    take_turns(f"tags:{edition.id}")  # the same name twice at once
    refuse(name_problems(edition, name=name, field=field))
    if len(queries.tags(edition)) >= MOST_TAGS:
        raise Refused(_("There are %(most)s tags. Remove one that nobody needs first.", most=MOST_TAGS), field=field)
    name = clean_line(name)
    tag = add(Tag(edition_id=edition.id, name=name, folded=folded(name)))
    audit(actor, "tag.created", tag, tag=[None, name])
    return tag


def rename_tag(tag: Tag, *, name: str, actor: Person) -> None:
    """Call a tag by another name, on every application that bears it."""
    edition = session().get_one(Edition, tag.edition_id)
    take_turns(f"tags:{edition.id}")
    refuse(name_problems(edition, name=name, renamed=tag))
    before, tag.name = tag.name, clean_line(name)
    tag.folded = folded(tag.name)
    if before != tag.name:
        audit(actor, "tag.renamed", tag, tag=[before, tag.name])


def remove_tag(tag: Tag, *, actor: Person) -> None:
    """Take a tag away from the edition and from every application that bears it."""
    lock(tag)
    audit(actor, "tag.removed", tag, tag=[tag.name, None])
    borne = delete(ApplicationTag).where(ApplicationTag.edition_id == tag.edition_id, ApplicationTag.tag_id == tag.id)
    session().execute(borne.execution_options(synchronize_session=False))
    session().delete(tag)


def tag_application(application: Application, *, tag_id: int, actor: Person) -> None:
    """Give an application a tag; nothing if it bears it. The caller has locked the application."""
    # Nobody removes the tag between this look and the row that names it.
    tag = session().scalar(select(Tag).where(Tag.id == tag_id).with_for_update(read=True))
    if tag is None or tag.edition_id != application.edition_id:
        raise Refused(_("This tag was removed in the meantime."))
    if session().get(ApplicationTag, (application.id, tag.id)) is None:
        add(ApplicationTag(application_id=application.id, tag_id=tag.id, edition_id=application.edition_id))
        audit(actor, "application.tagged", application, tag=[None, tag.name])


def untag_application(application: Application, *, tag_id: int, actor: Person) -> None:
    """Take a tag off an application; nothing if it does not bear it. The caller has locked the application."""
    borne, tag = session().get(ApplicationTag, (application.id, tag_id)), session().get(Tag, tag_id)
    if borne is not None and tag is not None:
        session().delete(borne)
        audit(actor, "application.untagged", application, tag=[tag.name, None])


def owner_problems(application: Application, *, owner: Person | None, field: str = "owner") -> Iterator[Refused]:
    """Why somebody can't be responsible for an application."""
    if owner is None:
        return
    if not on_team(owner, application.edition_id):
        yield Refused(_("Choose somebody of the team."), field=field)
    elif is_barred(owner, application):
        yield Refused(
            _("%(name)s has a conflict of interest with this application.", name=owner.name_in(i18n.language())),
            field=field,
        )


def give_owner(application: Application, *, owner: Person | None, actor: Person) -> None:
    """Make somebody of the team responsible for an application, or nobody. The caller has locked the application."""
    owned = queries.ownership(application)
    before, after = owned.person_id if owned else None, owner.id if owner else None
    if before == after:
        return
    refuse(owner_problems(application, owner=owner))
    if owned is not None:
        session().delete(owned)
        session().flush()
    if owner is not None:
        add(
            ApplicationOwner(
                application_id=application.id,
                person_id=owner.id,
                edition_id=application.edition_id,
                given_at=clock.now(),
            )
        )
    audit(actor, "application.owner_given", application, owner=[before, after])


def keep_in_order(
    application: Application, *, tag_ids: Collection[int], new_tag: str, owner: Person | None, actor: Person
) -> None:
    """Give an application these tags and no others, a new one besides if it is named, and its owner."""
    lock(application)
    if is_barred(actor, application):
        raise Refused(_("You have a conflict of interest with this application."))
    edition = session().get_one(Edition, application.edition_id)
    chosen = set(tag_ids)
    if clean_line(new_tag):
        known = queries.tag_named(edition, new_tag)
        chosen.add((known or create_tag(edition, name=new_tag, actor=actor, field="new_tag")).id)
    borne = {tag.id for tag in queries.tags_of(application)}
    for tag_id in sorted(borne - chosen):
        untag_application(application, tag_id=tag_id, actor=actor)
    for tag_id in sorted(chosen - borne):
        tag_application(application, tag_id=tag_id, actor=actor)
    give_owner(application, owner=owner, actor=actor)
