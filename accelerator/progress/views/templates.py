"""Milestone templates of an edition."""

from typing import Any

from flask import flash, redirect, render_template, url_for

from accelerator.accounts.models import Person
from accelerator.accounts.rules import on_team
from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import web
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import ngettext
from accelerator.programmes.models import Edition
from accelerator.progress import rules
from accelerator.progress.forms import TemplateForm
from accelerator.progress.models import MilestoneTemplate
from accelerator.progress.operations import templates as template_operations
from accelerator.progress.queries import milestones
from accelerator.progress.views.blueprint import bp

PLACE = "/editions/<edition_slug>/milestones/templates"


def _can_change(actor: Person | None, template: MilestoneTemplate) -> bool:
    return on_team(actor, template.edition_id)


def _values(form: TemplateForm) -> dict[str, Any]:
    return {
        "title": {"en": form.title_en.data, "ja": form.title_ja.data},
        "due_on": form.due_on.data,
        "detail": {"en": form.detail_en.data or "", "ja": form.detail_ja.data or ""},
    }


def _list(edition: Edition) -> Any:
    return redirect(url_for(".templates", edition_slug=edition.slug))


@bp.route(PLACE, methods=["GET", "POST"], allow=rules.can_review_cohort)
def templates(edition: Edition) -> Any:
    """The list, and a form for one more."""
    form = TemplateForm()
    if form.validate_on_submit() and form.attempt(
        template_operations.add_template, edition, **_values(form), actor=signed_in_person()
    ):
        flash(_("Template added. Apply the templates to give it to the startups."))
        return _list(edition)
    page = render_template("progress/templates.html", form=form, templates=milestones.milestone_templates(edition))
    return page, 422 if form.is_submitted() else 200


@bp.route(f"{PLACE}/default", methods=["POST"], allow=rules.can_review_cohort)
def create_templates(edition: Edition) -> Any:
    """Begin with the default six."""
    template_operations.create_templates(edition, actor=signed_in_person())
    flash(_("Six templates added. Edit them to fit your programme."))
    return _list(edition)


@bp.route(f"{PLACE}/apply", methods=["POST"], allow=rules.can_review_cohort)
def apply_templates(edition: Edition) -> Any:
    """Give the templates to every startup of the cohort."""
    added, changed = template_operations.apply_templates(edition, actor=signed_in_person())
    flash(
        ngettext("%(num)s milestone added", "%(num)s milestones added", added)
        + ", "
        + ngettext("%(num)s updated.", "%(num)s updated.", changed)
    )
    return _list(edition)


@bp.route(f"{PLACE}/<int:template_id>", methods=["GET", "POST"], load=milestones.milestone_template, allow=_can_change)
def template(template: MilestoneTemplate) -> Any:
    """Change one."""
    template = web.held(template)
    form = TemplateForm(
        data={
            "title_en": template.title.get("en"),
            "title_ja": template.title.get("ja"),
            "due_on": template.due_on,
            "detail_en": template.detail.get("en"),
            "detail_ja": template.detail.get("ja"),
        }
    )
    if form.validate_on_submit() and form.attempt(
        template_operations.change_template, template, **_values(form), actor=signed_in_person()
    ):
        flash(_("Saved. Apply the templates to update planned milestones."))
        return _list(web.chosen())
    page = render_template("progress/template.html", form=form, template=template)
    return page, 422 if form.is_submitted() else 200


@bp.route(f"{PLACE}/<int:template_id>/remove", methods=["POST"], load=milestones.milestone_template, allow=_can_change)
def remove_template(template: MilestoneTemplate) -> Any:
    """Remove one that nobody has a milestone of."""
    template_operations.remove_template(template, actor=signed_in_person())
    flash(_("Template removed."))
    return _list(web.chosen())
