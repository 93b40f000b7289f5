"""Who is who in an edition, invitations, and the trail of what was done."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from accelerator.accounts.models import Membership, Person, Role
from accelerator.accounts.queries import membership, memberships, open_invitations
from accelerator.accounts.rules import on_team
from accelerator.accounts.views.visitor import current_person
from accelerator.core import web
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import ngettext
from accelerator.programmes import forms, operations, queries, rules
from accelerator.programmes.addresses import read_addresses
from accelerator.programmes.models import Edition
from accelerator.programmes.views.blueprint import bp


def _me() -> Person:
    person = current_person()
    return person if person is not None else abort(401)


def _of_team(actor: Person | None, subject: object) -> bool:
    """The loader found the subject in the chosen edition, so its team may."""
    return on_team(actor, web.chosen().id)


def _membership(edition: Edition, membership_id: int) -> Membership | None:
    return membership(edition.id, membership_id)


@bp.route("/editions/<edition_slug>/people", methods=["GET", "POST"], allow=rules.can_run)
def people(edition: Edition) -> Any:
    """Everybody by role, and the form that invites more."""
    form = forms.InviteForm()
    if form.validate_on_submit() and _invited(edition, form):
        return redirect(url_for(".people", edition_slug=edition.slug))
    held = memberships(edition.id)
    groups = [(role, [row for row in held if row.role is role]) for role in Role]
    page = render_template(
        "programmes/people.html", form=form, groups=[group for group in groups if group[1]],
        invited=open_invitations(edition.id), ended=memberships(edition.id, ended=True),
        may_give={role: rules.can_give(current_person(), edition, role) for role in Role},
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _invited(edition: Edition, form: forms.InviteForm) -> bool:
    addresses, errors = read_addresses(form.addresses.data)
    if errors:
        form.addresses.errors = [*form.addresses.errors, *errors]
        return False
    done = form.attempt(
        operations.invite, edition, addresses, form.role.data, language=form.language.data, actor=_me(),
        next_path=url_for("dashboard.home", edition_slug=edition.slug),
    )  # fmt: skip
    if done:
        flash(ngettext("%(num)s invitation is on its way.", "%(num)s invitations are on their way.", len(addresses)))
    return done


@bp.route("/editions/<edition_slug>/people/<int:membership_id>/end", methods=["POST"], load=_membership, allow=_of_team)
def end_role(row: Membership) -> Any:
    """End a role."""
    operations.end_role(web.chosen(), row, actor=_me())
    flash(_("%(name)s no longer has this role. Below you can take that back.", name=row.person.name))
    return redirect(url_for(".people", edition_slug=web.chosen().slug) + "#ended")


@bp.route("/editions/<edition_slug>/people/<int:membership_id>/resume", methods=["POST"], load=_membership,
          allow=_of_team)  # fmt: skip
def take_up_role(row: Membership) -> Any:
    """Undo the end of a role."""
    operations.take_up_role(web.chosen(), row, actor=_me())
    flash(_("%(name)s has this role again.", name=row.person.name))
    return redirect(url_for(".people", edition_slug=web.chosen().slug))


@bp.route("/editions/<edition_slug>/audit", allow=rules.can_run)
def audit(edition: Edition) -> Any:
    """What was done here, by whom, with what changed."""
    trail = queries.audit_trail(edition, request.args.get("page"))
    return render_template(
        "programmes/audit.html", trail=trail, by=_actor_name,
        href=lambda mark: url_for(".audit", edition_slug=edition.slug, page=mark),
    )  # fmt: skip


def _actor_name(row: Any, language: str) -> str:
    if row.actor_id is None:
        return _("The system")
    who = Person(given_name=row.given_name or "", family_name=row.family_name or "", native_name=row.native_name,
                 family_first=bool(row.family_first))  # fmt: skip
    return who.name_in(language)
