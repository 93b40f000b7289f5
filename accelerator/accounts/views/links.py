"""What a link from a mail opens. Looking at it does nothing, because mail scanners look too; the button claims it.

Invitations and confirmations live for days, and mails are passed on: to somebody who has an account they lead to signing
in, and only the account's owner accepts.
"""

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from accelerator.accounts import forms, passwords, queries, rules
from accelerator.accounts.models import Link, LinkPurpose, Person
from accelerator.accounts.operations import links, people
from accelerator.accounts.passwords import NewPassword
from accelerator.accounts.views.blueprint import bp
from accelerator.accounts.views.entrance import enter
from accelerator.accounts.views.visitor import current_person, signed_in_person, this_place
from accelerator.core import i18n, web
from accelerator.core.doors import door
from accelerator.core.errors import Refused
from accelerator.core.forms import Form
from accelerator.core.i18n import gettext as _


def _hashed(token: str) -> web.Work | None:
    """Hash the password that is typed beside a link, if the link does anything for whoever opened it."""
    opened = queries.link(token)
    known = queries.person_by_email(opened.email) if opened else None
    if opened is None or not rules.can_use_link(current_person(), opened, known):
        return None
    form = _form(opened, known)
    if not form.validate() or not _password(form):
        return None
    return partial(passwords.chosen, _password(form), about=_about(form, opened, known))


def _password(form: Form) -> str:
    """The new password that was typed; nothing in a form that asks for none."""
    return form.password.data or "" if isinstance(form, (forms.AccountForm, forms.NewPasswordForm)) else ""


def _about(form: Form, opened: Link, known: Person | None) -> list[str]:
    """What a new password must not be made of."""
    if known is not None:
        return list(queries.words_about(known))
    return [opened.email, *form.names.words] if isinstance(form, forms.AccountForm) else []


def _problems(form: Form, opened: Link, known: Person | None) -> list[Refused]:
    typed = _password(form)
    return list(passwords.problems(typed, about=_about(form, opened, known))) if typed else []


@bp.route("/links/<token>", methods=["GET", "POST"], allow=web.public, ahead=_hashed)
def link(token: str) -> Any:
    """Show what a link does; a POST does it."""
    opened = queries.link(token)
    if opened is None:
        spent, end = queries.end_of_link(token)
        return render_template("accounts/link_over.html", link=spent, end=end.value), 410
    known = queries.person_by_email(opened.email)
    elsewhere = _led_on(opened, token, known)
    if elsewhere is not None:
        return redirect(elsewhere)
    if not rules.can_use_link(current_person(), opened, known):
        return _owner_wanted(opened, known)
    form = _form(opened, known)
    is_right = form.validate_with(lambda: _problems(form, opened, known))
    if is_right and (taken := _use(form, token, known)) is not None:
        return _done(*taken)
    status = 422 if request.method == "POST" else 200
    page = render_template("accounts/link.html", form=form, link=opened, known=known, token=token)
    return page, status


def _invitation(link_id: int) -> Link | None:
    me = current_person()
    return queries.own_invitation(me, link_id) if me else None


@bp.route("/invitations/<int:link_id>/accept", methods=["POST"], load=_invitation, allow=rules.can_accept)
def accept(opened: Link) -> Any:
    """Accept an invitation that one's home shows: whoever is signed in has proven that its address is theirs."""
    row = links.accept_own_invitation(opened, signed_in_person())
    flash(_("You take part as %(role)s.", role=row.role.label))
    return redirect(opened.next_path or door("start"))


def _led_on(opened: Link, token: str, known: Person | None) -> str | None:
    """The page that does the work of a link which does none here; that page asks people to sign in."""
    if opened.purpose is LinkPurpose.JOIN and known is not None:
        return opened.next_path or door("start")
    adds = opened.purpose is LinkPurpose.ADDRESS or (
        opened.purpose is LinkPurpose.JOIN and current_person() is not None
    )
    return url_for(".confirm_address", token=token) if adds else None


def _owner_wanted(opened: Link, known: Person | None) -> Any:
    """Say whose link this is, and how to go on; a confirmation has nothing left to do once there is an account."""
    here, guest = request.path, current_person()
    if opened.purpose is LinkPurpose.CONFIRM and known is not None:
        here = opened.next_path or door("start")
        if guest == known:
            return redirect(here)
    page = render_template("accounts/link_owner.html", link=opened, known=known, guest=guest, next=here)
    return page, 422 if request.method == "POST" else 200


def _done(who: Person, used: Link) -> Any:
    """Sign in whoever has just proven to be the owner; whoever was signed in stays so."""
    to = used.next_path or (door("start") if used.purpose is LinkPurpose.INVITATION else None)
    if used.purpose is LinkPurpose.PASSWORD:
        flash(_("Your password has been changed, and you've been signed out everywhere else."))
    if used.purpose is LinkPurpose.INVITATION and current_person() == who:
        return redirect(to or door("start"))
    return enter(who, to)


def _form(opened: Link, known: Person | None) -> Form:
    if known is None:
        return forms.AccountForm()
    return forms.NewPasswordForm() if opened.purpose is LinkPurpose.PASSWORD else Form()


def _use(form: Form, token: str, known: Person | None) -> tuple[Person, Link] | None:
    """Claim the link and do what it is for; None with a sentence on the form if it can't be done."""
    done: list[tuple[Person, Link]] = []

    def use() -> None:
        claimed = links.claim(token, place=this_place())
        if claimed is None:
            raise Refused(_("This link has just been used or replaced. Request a new one."))
        who = known or _new_person(form, claimed)
        if claimed.purpose is LinkPurpose.PASSWORD:
            people.reset_password(who, password=_chosen())
        if claimed.purpose is LinkPurpose.INVITATION:
            links.accept_invitation(claimed, who)
        done.append((who, claimed))

    # A refused password or name gives the link back, since the whole attempt is undone.
    return done[0] if form.attempt(use) else None


def _new_person(form: Form, claimed: Link) -> Person:
    if not isinstance(form, forms.AccountForm):
        raise Refused(_("This account no longer exists. Request a new link."))
    return people.create_account(
        claimed.email,
        form.names,
        language=i18n.language(),
        zone=form.zone.data,
        password=_chosen() if form.password.data else None,
    )


def _chosen() -> NewPassword:
    password = web.worked_ahead()
    if not isinstance(password, NewPassword):
        raise Refused(_("This link has just been used or replaced. Request a new one."))
    return password
