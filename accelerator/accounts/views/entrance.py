"""Signing in and out, and making an account: what a stranger sees first."""

import re
from datetime import datetime
from functools import partial
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask import session as cookie

from accelerator.accounts import forms, letters, queries, rules
from accelerator.accounts.models import LinkPurpose, Person
from accelerator.accounts.operations import links, sign_ins
from accelerator.accounts.views.blueprint import bp
from accelerator.accounts.views.guesses import guess, owner_of
from accelerator.accounts.views.visitor import (
    admit,
    current_person,
    current_sign_in_id,
    dismiss,
    next_path,
    settings,
    this_agent,
    this_place,
)
from accelerator.core import clock, i18n, web
from accelerator.core.doors import door
from accelerator.core.forms import Form
from accelerator.core.i18n import gettext as _

LINK = re.compile(r"/links/[\w-]+")


def enter(person: Person, to: str | None) -> Any:
    """Sign a person in and send the browser on."""
    token, row = sign_ins.start_sign_in(person, agent=this_agent(), place=this_place())
    admit(token, person, row.id)
    return redirect(to or door("start"))


def _guessed() -> web.Work | None:
    form = forms.SignInForm()
    if not form.validate():
        return None
    return partial(guess, form.email.data, form.password.data, place=this_place())


@bp.route("/sign-in", methods=["GET", "POST"], allow=web.public, ahead=_guessed)
def sign_in() -> Any:
    """Sign in by password; the page also sends links, and in a demonstration shows whom one can be."""
    form = forms.SignInForm(next=next_path())
    if form.validate_on_submit():
        person = owner_of(web.worked_ahead(), form)
        if person is not None:
            return enter(person, next_path())
        if not form.form_errors:
            form.form_errors.append(_("E-mail or password is wrong. Try again, or request a sign-in link."))
    return _entrance(form), 422 if form.is_submitted() else 200


def _entrance(form: Form) -> str:
    people = queries.demonstration_people() if settings().demo else []
    first = {role: person for _edition, role, person in reversed(people)}
    kinds = [(role, first[role]) for role in dict.fromkeys(role for _edition, role, _person in people)]
    return render_template("accounts/sign_in.html", form=form, next=next_path(), demonstration=kinds)


@bp.route("/sign-in/link", methods=["POST"], allow=web.public)
def send_link() -> Any:
    """Mail a link that signs in."""
    form = forms.AddressForm(next=next_path())
    if form.validate_on_submit() and _mailed(form, LinkPurpose.SIGN_IN):
        return redirect(url_for(".sent", email=form.email.data))
    return _entrance(forms.SignInForm(next=next_path()) if not form.problems else _with_problems(form)), 422


def _with_problems(form: forms.AddressForm) -> forms.SignInForm:
    shown = forms.SignInForm(next=next_path())
    shown.email.errors, shown.form_errors = form.email.errors, form.form_errors
    return shown


def _mailed(form: forms.AddressForm, purpose: LinkPurpose) -> bool:
    at = clock.system_now()
    sent = form.attempt(links.send_link, form.email.data, purpose, place=this_place(), next_path=next_path())
    if sent and settings().demo:
        web.remember("mailed", [form.email.data, at.isoformat()])
    return sent


@bp.route("/sign-in/sent", allow=web.public)
def sent() -> Any:
    """Says where to look; the same for every address. A demonstration shows the mail to the address typed just now."""
    letter = _own_letter()
    path = LINK.search(letter.body) if letter else None
    return render_template(
        "accounts/sent.html", email=request.args.get("email", "")[:254], letter=letter, path=path and path.group()
    )


def _own_letter() -> letters.Letter | None:
    """The mail that this browser had sent last; who may read it is asked anew, since an account may be there by now."""
    mailed: list[str] | None = cookie.get("mailed")
    if mailed is None:
        return None
    address, since = mailed
    stays = settings().mail_backend == "outbox"
    if not rules.can_read_mail_here(queries.person_by_email(address), demo=settings().demo, mail_stays=stays):
        return None
    return letters.last_to(address, since=datetime.fromisoformat(since))


@bp.route("/register", methods=["GET", "POST"], allow=web.public)
def register() -> Any:
    """Mail a link that makes an account: nothing is kept of an address before its owner has used it."""
    form = forms.AddressForm(next=next_path())
    if form.validate_on_submit() and _mailed(form, LinkPurpose.CONFIRM):
        return redirect(url_for(".sent", email=form.email.data))
    return render_template("accounts/register.html", form=form, next=next_path()), 422 if form.is_submitted() else 200


@bp.route("/sign-in/password", methods=["GET", "POST"], allow=web.public)
def forgotten() -> Any:
    """Mail a link that lets choose a new password."""
    form = forms.AddressForm(next=next_path())
    if form.validate_on_submit() and _mailed(form, LinkPurpose.PASSWORD):
        return redirect(url_for(".sent", email=form.email.data))
    return render_template("accounts/forgotten.html", form=form), 422 if form.is_submitted() else 200


@bp.route("/sign-out", methods=["POST"], allow=web.signed_in)
def sign_out() -> Any:
    """End this browser's sign-in."""
    person = current_person()
    row = queries.own_sign_in(person, current_sign_in_id() or 0) if person else None
    if person and row:
        sign_ins.end_sign_in(row, actor=person)
    to = next_path() or door("front")
    dismiss()
    flash(_("You have signed out."))
    return redirect(to)


@bp.route("/demo/sign-in", methods=["POST"], allow=web.public)
def demo_sign_in() -> Any:
    """Become a demonstration person by one click. Nothing is here unless this installation is a demonstration."""
    person = queries.person(request.form.get("person", 0, type=int))
    if person is None or not rules.can_be_entered_as(person, demo=settings().demo):
        abort(404)
    token, row = sign_ins.start_demonstration(person, agent=this_agent(), place=this_place())
    spoken = i18n.language()
    admit(token, person, row.id)
    cookie["workspace"] = request.form.get("workspace", "")[:20]
    cookie["language"] = spoken  # whoever looks around keeps the language they were reading
    return redirect(next_path() or door("start"))
