"""What a link from a mail opens. Looking at it does nothing, because mail scanners look too; the button claims it."""

from typing import Any

from flask import flash, render_template, request, url_for

from accelerator.accounts import forms, operations, queries
from accelerator.accounts.models import Link, LinkPurpose, Person
from accelerator.accounts.views.blueprint import bp
from accelerator.accounts.views.entrance import enter
from accelerator.accounts.views.visitor import this_place
from accelerator.core import i18n, times, web
from accelerator.core.errors import Refused
from accelerator.core.forms import Form
from accelerator.core.i18n import gettext as _


@bp.route("/links/<token>", methods=["GET", "POST"], allow=web.public)
def link(token: str) -> Any:
    """Show what a link does; a POST does it."""
    found = queries.link(token)
    if found is None:
        spent, end = queries.end_of_link(token)
        return render_template("accounts/link_over.html", link=spent, end=end.value), 410
    person = queries.person_by_email(found.email)
    form = _form(found, person)
    if form.validate_on_submit() and (taken := _use(form, token, person)) is not None:
        who, used = taken
        if used.purpose is LinkPurpose.PASSWORD:
            flash(_("Your password is changed. Other sign-ins have ended."))
        return enter(who, used.next_path or _entry(used))
    status = 422 if request.method == "POST" else 200
    zones = [(name, times.zone_label(name)) for name in times.zones()] if person is None else []
    return render_template("accounts/link.html", form=form, link=found, known=person, zones=zones), status


def _entry(used: Link) -> str | None:
    return None if used.purpose is not LinkPurpose.INVITATION else url_for("dashboard.start")


def _form(found: Link, person: Person | None) -> Form:
    if person is None:
        return forms.AccountForm()
    return forms.NewPasswordForm() if found.purpose is LinkPurpose.PASSWORD else Form()


def _use(form: Form, token: str, person: Person | None) -> tuple[Person, Link] | None:
    """Claim the link and do what it is for; None with a sentence on the form if it can't be done."""
    done: list[tuple[Person, Link]] = []

    def use() -> None:
        claimed = operations.claim(token, place=this_place())
        if claimed is None:
            raise Refused(_("This link has been used or replaced just now. Have a new one sent."))
        who = person or _new_person(form, claimed)
        if claimed.purpose is LinkPurpose.PASSWORD and isinstance(form, forms.NewPasswordForm):
            operations.reset_password(who, password=form.password.data)
        if claimed.purpose is LinkPurpose.INVITATION:
            operations.accept_invitation(claimed, who)
        done.append((who, claimed))

    # A refused password or name gives the link back, since the whole attempt is undone.
    return done[0] if form.attempt(use) else None


def _new_person(form: Form, claimed: Link) -> Person:
    if not isinstance(form, forms.AccountForm):
        raise Refused(_("This account is gone. Have a new link sent."))
    return operations.create_account(
        claimed.email, form.names, language=i18n.language(), zone=form.zone.data, password=form.password.data or None
    )
