"""Who is who in an edition, and who is invited."""

from collections.abc import Iterator
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from accelerator.accounts.models import Link, Membership, Person, Role
from accelerator.accounts.queries import ended_memberships, invitation, members, membership, role_counts
from accelerator.accounts.rules import on_team
from accelerator.accounts.views.visitor import current_person, signed_in_person
from accelerator.core import clock, web
from accelerator.core.doors import door
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy, ngettext
from accelerator.programmes import forms, queries, rules
from accelerator.programmes.addresses import read_addresses
from accelerator.programmes.models import Edition
from accelerator.programmes.operations import people as people_operations
from accelerator.programmes.views.blueprint import bp

VIEWS = {
    "team": (lazy("Team"), (Role.ADMIN, Role.STAFF, Role.PARTNER)),
    "reviewers": (lazy("Reviewers"), (Role.REVIEWER,)),
    "mentors": (lazy("Mentors"), (Role.MENTOR,)),
    "founders": (lazy("Founders"), (Role.FOUNDER,)),
    "investors": (lazy("Investors"), (Role.INVESTOR,)),
}
"""One kind of people at a time: a call has as many founders as applications."""


def _of_team(actor: Person | None, subject: object) -> bool:
    """The loader found the subject in the chosen edition, so its team may."""
    return on_team(actor, web.chosen().id)


def _membership(edition: Edition, membership_id: int) -> Membership | None:
    return membership(edition.id, membership_id)


def _invitation(edition: Edition, link_id: int) -> Link | None:
    return invitation(edition.id, link_id)


@bp.route("/editions/<edition_slug>/people", methods=["GET", "POST"], allow=rules.can_run)
def people(edition: Edition) -> Any:
    """Everybody by role, and the form that invites more."""
    form = forms.InviteForm()
    if form.is_submitted() and _invited(edition, form):
        return redirect(url_for(".people", edition_slug=edition.slug))
    counts, search = role_counts(edition.id), request.args.get("q", "").strip()[:80]
    view = request.args.get("view", "team")
    view = view if view in VIEWS else "team"
    label_counts = [(key, label, sum(counts.get(role, 0) for role in roles)) for key, (label, roles) in VIEWS.items()]
    page = render_template(
        "programmes/people.html",
        form=form,
        view=view,
        views=label_counts,
        search=search,
        page=members(edition.id, VIEWS[view][1], search=search, mark=request.args.get("mark")),
        invited=queries.invitations(edition),
        ended=ended_memberships(edition.id),
        admins=counts.get(Role.ADMIN, 0),
        now=clock.system_now(),
        may_give={role: rules.can_give(current_person(), edition, role) for role in Role},
        to_page=lambda mark: url_for(".people", edition_slug=edition.slug, view=view, q=search or None, mark=mark),
    )
    return page, 422 if form.is_submitted() else 200


def _invited(edition: Edition, form: forms.InviteForm) -> bool:
    addresses, errors = read_addresses(form.addresses.data or "")

    def check() -> Iterator[Refused]:
        yield from (Refused(error, field="addresses") for error in errors)
        yield from people_operations.invitation_problems(edition, addresses, form.role.data, actor=signed_in_person())

    done = form.validate_with(check) and form.attempt(
        people_operations.invite,
        edition,
        addresses,
        form.role.data,
        language=form.language.data,
        actor=signed_in_person(),
        next_path=door("home", edition_slug=edition.slug),
    )
    if done:
        flash(ngettext("%(num)s invitation sent.", "%(num)s invitations sent.", len(addresses)))
    return done


@bp.route("/editions/<edition_slug>/people/<int:membership_id>/end", methods=["POST"], load=_membership, allow=_of_team)
def end_role(row: Membership) -> Any:
    """End a role."""
    people_operations.end_role(web.chosen(), row, actor=signed_in_person())
    flash(_("%(name)s no longer has this role. You can undo this below.", name=row.person.name))
    return redirect(_back(row.role) + "#ended")


@bp.route(
    "/editions/<edition_slug>/people/<int:membership_id>/resume", methods=["POST"], load=_membership, allow=_of_team
)
def take_up_role(row: Membership) -> Any:
    """Undo the end of a role."""
    people_operations.take_up_role(web.chosen(), row, actor=signed_in_person())
    flash(_("%(name)s has this role again.", name=row.person.name))
    return redirect(_back(row.role))


def _back(role: Role) -> str:
    view = next((key for key, (_label, roles) in VIEWS.items() if role in roles), "team")
    return url_for(".people", edition_slug=web.chosen().slug, view=None if view == "team" else view)


@bp.route(
    "/editions/<edition_slug>/invitations/<int:link_id>/again", methods=["POST"], load=_invitation, allow=_of_team
)
def invite_again(link: Link) -> Any:
    """Send an invitation once more."""
    people_operations.invite_again(web.chosen(), link, actor=signed_in_person())
    flash(_("We've sent a new invitation to %(email)s. The earlier link no longer works.", email=link.email))
    return redirect(url_for(".people", edition_slug=web.chosen().slug) + "#waiting")


@bp.route(
    "/editions/<edition_slug>/invitations/<int:link_id>/withdraw", methods=["POST"], load=_invitation, allow=_of_team
)
def withdraw_invitation(link: Link) -> Any:
    """Take an invitation back."""
    people_operations.withdraw_invitation(web.chosen(), link, actor=signed_in_person())
    flash(_("The invitation to %(email)s has been withdrawn. Its link no longer works.", email=link.email))
    return redirect(url_for(".people", edition_slug=web.chosen().slug))
