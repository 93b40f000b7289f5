"""The team's tags, and the page on which an application gets its tags and its owner."""

from typing import Any

from flask import flash, redirect, render_template, url_for

from accelerator.accounts.models import Person
from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import i18n, web
from accelerator.core.i18n import gettext as _
from accelerator.intake import rules
from accelerator.intake.models import Application
from accelerator.intake.operations import tags as operations
from accelerator.intake.queries import drafts
from accelerator.intake.queries import tags as queries
from accelerator.intake.team_forms import NOBODY, KeepingForm, TagForm
from accelerator.intake.team_models import Tag
from accelerator.intake.views.blueprint import bp
from accelerator.programmes.models import Edition
from accelerator.programmes.rules import can_run

TAGS = "/editions/<edition_slug>/applications/tags"


@bp.route(TAGS, methods=["GET", "POST"], allow=can_run, endpoint="tags")
def tag_list(edition: Edition) -> Any:
    """Every tag of the edition and how many applications bear it; a new one."""
    form = TagForm()
    if form.validate_with(lambda: operations.name_problems(edition, name=form.name.data or "")) and form.attempt(
        operations.create_tag, edition, name=form.name.data or "", actor=signed_in_person()
    ):
        flash(_("The tag “%(name)s” is there.", name=form.name.data))
        return redirect(url_for(".tags", edition_slug=edition.slug))
    uses = queries.uses(edition, signed_in_person())
    page = render_template("intake/tags.html", form=form, tags=queries.tags(edition), uses=uses)
    return page, 422 if form.problems else 200


@bp.route(
    TAGS + "/<int:tag_id>", methods=["GET", "POST"], load=queries.tag, allow=rules.can_keep_tag, endpoint="rename_tag"
)
def rename_tag(tag: Tag) -> Any:
    """Another name for a tag, or its end."""
    edition, tag = web.chosen(), web.held(tag)
    form = TagForm(obj=tag)
    if form.validate_with(
        lambda: operations.name_problems(edition, name=form.name.data or "", renamed=tag)
    ) and form.attempt(operations.rename_tag, tag, name=form.name.data or "", actor=signed_in_person()):
        flash(_("The tag is called “%(name)s” now.", name=tag.name))
        return redirect(url_for(".tags", edition_slug=edition.slug))
    uses = queries.uses(edition, signed_in_person()).get(tag.id, 0)
    page = render_template("intake/tag.html", form=form, tag=tag, uses=uses)
    return page, 422 if form.problems else 200


@bp.route(TAGS + "/<int:tag_id>/remove", methods=["POST"], load=queries.tag, allow=rules.can_keep_tag)
def remove_tag(tag: Tag) -> Any:
    """Take a tag away from every application that bears it."""
    name, slug = tag.name, web.chosen().slug
    operations.remove_tag(tag, actor=signed_in_person())
    flash(_("The tag “%(name)s” was removed.", name=name))
    return redirect(url_for(".tags", edition_slug=slug))


@bp.route(
    "/editions/<edition_slug>/applications/<reference>/tags",
    methods=["GET", "POST"],
    load=drafts.application,
    allow=rules.can_see,
)
def keep_application(application: Application) -> Any:
    """The tags of an application and who is responsible for it."""
    edition, application = web.chosen(), web.held(application)
    owner, borne = queries.owner_of(application), queries.tags_of(application)
    form = KeepingForm(data={"tags": [tag.id for tag in borne], "owner": owner.id if owner else NOBODY})
    people = _choices(edition, owner)
    form.offer(queries.tags(edition), people, i18n.language())
    chosen = next((person for person in people if person.id == form.owner.data), None)
    changed = chosen if chosen != owner else None
    if form.validate_with(lambda: operations.owner_problems(application, owner=changed)) and form.attempt(
        operations.keep_in_order,
        application,
        tag_ids=form.tags.data or [],
        new_tag=form.new_tag.data or "",
        owner=chosen,
        actor=signed_in_person(),
    ):
        flash(_("Tags and owner saved."))
        return redirect(url_for(".application", edition_slug=edition.slug, reference=application.reference))
    page = render_template("intake/keep_application.html", form=form, application=application)
    return page, 422 if form.problems else 200


def _choices(edition: Edition, owner: Person | None) -> list[Person]:
    """The team; and whoever is responsible still, though no longer on it."""
    people = queries.team(edition)
    return people if owner is None or owner in people else [*people, owner]
