"""Pages of founders about their startups: who has access, invitations, and the answer to one."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from accelerator.accounts.views.visitor import current_person, signed_in_person
from accelerator.core import web
from accelerator.core.errors import Refused
from accelerator.core.forms import Form
from accelerator.core.i18n import gettext as _
from accelerator.core.web import Feature
from accelerator.startups import queries, rules
from accelerator.startups.forms import InviteForm
from accelerator.startups.models import Founder, Startup
from accelerator.startups.operations import founders as operations

bp = Feature("startups", __name__)
PATH = "/startups/<slug>/founders"
ONE = PATH + "/<int:founder_id>"


def _page(startup: Startup) -> Any:
    return redirect(url_for(".founders", slug=startup.slug))


@bp.route("/startups", allow=web.signed_in)
def mine() -> str:
    """The startups of whoever is signed in, and the invitations that wait for an answer."""
    me = signed_in_person()
    return render_template("startups/mine.html", startups=queries.startups_of(me), invitations=queries.invitations(me))


@bp.route(PATH, methods=["GET", "POST"], load=queries.startup_by_slug, allow=rules.can_see_own)
def founders(startup: Startup) -> Any:
    """Who has access, who is asked; the lead names one more. A former address leads to the present one."""
    if request.method == "GET" and (request.view_args or {}).get("slug") != startup.slug:
        return _page(startup)
    form, leads = InviteForm(), rules.can_lead(signed_in_person(), startup)
    if form.is_submitted() and not leads:
        abort(404)
    if form.validate_with(
        lambda: operations.founder_problems(startup, name=form.name.data, email=form.address)
    ) and form.attempt(
        operations.invite_founder, startup, name=form.name.data, email=form.address, actor=signed_in_person()
    ):
        flash(_("The invitation to %(email)s is on its way.", email=form.address))
        return _page(startup)
    rows = queries.founders(startup)
    page = render_template(
        "startups/founders.html",
        form=form,
        startup=startup,
        leads=leads,
        within=[row for row in rows if row.has_access],
        asked=[row for row in rows if row.is_invited],
        named=[row for row in rows if row.invited_at is None and row.confirmed_at is None and row.left_at is None],
        gone=[row for row in rows if row.declined_at is not None or row.left_at is not None],
    )
    return page, 422 if form.problems else 200


def _founder(slug: str, founder_id: int) -> Founder | None:
    startup = queries.startup_by_slug(slug)
    return queries.founder(startup, founder_id) if startup else None


@bp.route(ONE + "/invite", methods=["POST"], load=_founder, allow=rules.can_manage)
def invite_again(founder: Founder) -> Any:
    """Mail an invitation, once more if it was sent before."""
    return _do(founder, operations.invite_again, _("The invitation to %(email)s is on its way.", email=founder.email))


@bp.route(ONE + "/withdraw", methods=["POST"], load=_founder, allow=rules.can_manage)
def withdraw_invitation(founder: Founder) -> Any:
    """Take an invitation back."""
    notice = _("The invitation of %(name)s is withdrawn.", name=founder.name)
    return _do(founder, operations.withdraw_invitation, notice)


def _do(founder: Founder, operation: Callable[..., Any], notice: str) -> Any:
    try:
        operation(founder, actor=signed_in_person())
    except Refused as refusal:
        flash(refusal.message, "bad")
    else:
        flash(notice)
    return _page(founder.startup)


@bp.route(ONE + "/lead", methods=["GET", "POST"], load=_founder, allow=rules.can_manage)
def hand_over(founder: Founder) -> Any:
    """Ask whether to hand over the lead, then do it."""
    return _sure(founder, operations.hand_over, "lead", _("%(name)s now leads.", name=founder.name))


@bp.route(ONE + "/remove", methods=["GET", "POST"], load=_founder, allow=rules.can_manage)
def remove(founder: Founder) -> Any:
    """Ask whether to end somebody's access, then do it."""
    return _sure(founder, operations.remove, "remove", _("%(name)s no longer has access.", name=founder.name))


@bp.route(ONE + "/leave", methods=["GET", "POST"], load=_founder, allow=rules.can_leave)
def leave(founder: Founder) -> Any:
    """Ask whether to leave, then do it."""
    notice = _("You have left %(startup)s.", startup=founder.startup.name)
    return _sure(founder, operations.remove, "leave", notice, url_for(".mine"))


def _sure(founder: Founder, operation: Callable[..., Any], act: str, notice: str, to: str | None = None) -> Any:
    form = Form()
    if form.validate_on_submit() and form.attempt(operation, founder, actor=signed_in_person()):
        flash(notice)
        return redirect(to) if to else _page(founder.startup)
    page = render_template("startups/sure.html", form=form, founder=founder, startup=founder.startup, act=act)
    return page, 422 if form.problems else 200


def _invitation(slug: str) -> Founder | None:
    me = current_person()
    startup = queries.startup_by_slug(slug)
    rows = queries.invitations(me) if me else []
    return next((row for row in rows if startup and row.startup_id == startup.id), None)


@bp.route("/startups/<slug>/invitation", load=_invitation, allow=rules.can_answer)
def invitation(founder: Founder) -> str:
    """Who asks, for which startup, and what a yes means."""
    return render_template("startups/invitation.html", form=Form(), founder=founder, startup=founder.startup)


@bp.route("/startups/<slug>/invitation/confirm", methods=["POST"], load=_invitation, allow=rules.can_answer)
def confirm(founder: Founder) -> Any:
    """Yes, I'm a founder."""
    notice = _("You have access to %(startup)s.", startup=founder.startup.name)
    return _do(founder, operations.confirm, notice)


@bp.route("/startups/<slug>/invitation/decline", methods=["POST"], load=_invitation, allow=rules.can_answer)
def decline(founder: Founder) -> Any:
    """That's not me."""
    _do(
        founder,
        operations.decline,
        _("Thank you. Nobody can invite you to %(startup)s again.", startup=founder.startup.name),
    )
    return redirect(url_for(".mine"))


@bp.route(
    "/links/<token>/not-me", methods=["GET", "POST"], load=queries.invited_by_link, allow=rules.can_decline_by_link
)
def decline_by_link(founder: Founder) -> Any:
    """The same from the mail, without an account."""
    form, done = Form(), False
    if form.validate_on_submit():
        done = form.attempt(operations.decline, founder, actor=None)
    return render_template("startups/not_me.html", form=form, startup=founder.startup, done=done)
