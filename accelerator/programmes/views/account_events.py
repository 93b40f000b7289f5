"""What happened to accounts, for whoever runs the installation: sign-ins, wrong passwords, links, roles. No secrets."""

from typing import Any

from flask import render_template, request, url_for
from markupsafe import Markup, escape

from accelerator.accounts.models import Role
from accelerator.core import i18n
from accelerator.core.acts import said
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.programmes import queries, rules
from accelerator.programmes.queries import AccountEvent
from accelerator.programmes.views.blueprint import bp

KINDS = {
    "signing-in": (
        lazy("Signing in and out"),
        ("accounts.signed_in", "accounts.signed_out", "accounts.signed_out_elsewhere"),
    ),
    "wrong": (lazy("Wrong passwords"), ("accounts.password_wrong",)),
    "passwords": (lazy("New passwords"), ("accounts.password_changed",)),
    "links": (
        lazy("Links"),
        ("accounts.link_sent", "accounts.link_printed", "accounts.invited", "accounts.invitation_withdrawn"),
    ),
    "roles": (lazy("Roles"), ("accounts.role_given", "accounts.role_ended", "accounts.administrator_named")),
    "accounts": (
        lazy("Accounts"),
        (
            "accounts.created",
            "accounts.profile_changed",
            "accounts.address_added",
            "accounts.address_confirmed",
            "accounts.address_put_first",
            "accounts.address_removed",
        ),
    ),
}
"""The kinds of events that can be looked at alone, by their part of the address."""


@bp.route("/account-events", allow=rules.can_see_account_events)
def account_events() -> Any:
    """Every event, or one kind of them, and what a search leaves of it."""
    kind, search = request.args.get("kind", ""), request.args.get("q", "").strip()[:80]
    actions = KINDS[kind][1] if kind in KINDS else [action for _label, some in KINDS.values() for action in some]
    events = queries.account_events(actions, search=search, mark=request.args.get("page"))
    return render_template(
        "programmes/account_events.html",
        page=events,
        kind=kind if kind in KINDS else "",
        kinds=KINDS,
        search=search,
        sentence=_sentence,
        href=lambda mark=None, kind=kind: url_for(".account_events", kind=kind or None, q=search or None, page=mark),
    )


def _sentence(event: AccountEvent) -> Markup:
    role = event.changes.get("role") or [None]
    held = [Role(value).label for value in role if value in set(Role)]
    names = {
        "who": event.actor.name_in(i18n.language()) if event.actor else _("Funade"),
        "what": event.person.name_in(i18n.language()) if event.person else event.address or _("somebody"),
        "role": held[-1] if held else "",
    }
    marked = {name: Markup('<b translate="no">{}</b>').format(text) for name, text in names.items()}
    return escape(said(event.action, event.changes)) % marked
