"""A person's own page: names, language, zone, password, sign-ins."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for

from accelerator.accounts import forms, passwords, queries
from accelerator.accounts.agents import browser_and_system
from accelerator.accounts.models import Person
from accelerator.accounts.operations import people
from accelerator.accounts.operations import sign_ins as sign_in_operations
from accelerator.accounts.passwords import NewPassword
from accelerator.accounts.views.blueprint import bp
from accelerator.accounts.views.guesses import guess, owner_of
from accelerator.accounts.views.visitor import (
    admit,
    current_person,
    current_sign_in_id,
    next_path,
    signed_in_person,
    speak_as,
    this_agent,
    this_place,
)
from accelerator.core import i18n, web
from accelerator.core.cities import by_region, picker_list
from accelerator.core.doors import door
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _


@bp.route("/settings/profile", methods=["GET", "POST"], allow=web.signed_in)
def profile() -> Any:
    """Names, language, zone."""
    person = signed_in_person()
    form = forms.ProfileForm(obj=person)
    if form.validate_with(
        lambda: people.profile_problems(language=form.language.data, zone=form.zone.data)
    ) and form.attempt(
        people.change_profile, person, form.names, language=form.language.data, zone=form.zone.data, actor=person
    ):
        speak_as(person)
        i18n.use(person.language, person.zone)
        flash(_("Saved."))
        return redirect(url_for(".profile"))
    page = render_template("accounts/profile.html", form=form, password_form=forms.ChangePasswordForm())
    return page, 422 if form.is_submitted() else 200


@bp.route("/cities", allow=web.public)
def city_names() -> str:
    """The cities that every picker knows, by region: what is read where no script offers them."""
    return render_template("accounts/cities.html", regions=list(by_region()))


@bp.route("/assets/cities/<language>/<version>.json", allow=web.public)
def city_list(language: str, version: str) -> Response:
    """The same as a file that browsers keep: its address changes with it."""
    if language not in i18n.LANGUAGES:
        abort(404)
    present, text = picker_list(language)
    lasting = "public, max-age=31536000, immutable" if version == present else "no-cache"
    return Response(text, mimetype="application/json", headers={"Cache-Control": lasting})


def _guessed() -> web.Work | None:
    person, form = signed_in_person(), forms.ChangePasswordForm()
    about, typed = queries.words_about(person), form.password.data or ""
    if person.password_hash is None:
        return partial(passwords.chosen, typed, about=about)
    return partial(guess, person.email, form.current.data or "", place=this_place(), new=typed, about=about)


@bp.route("/settings/password", methods=["GET", "POST"], allow=web.signed_in, ahead=_guessed)
def password() -> Any:
    """Set a new password; all sign-ins end, and this browser gets a new one."""
    person = signed_in_person()
    form = forms.ChangePasswordForm()
    if form.is_submitted() and _changed(person, form):
        token, row = sign_in_operations.start_sign_in(person, agent=this_agent(), place=this_place(), tell=False)
        admit(token, person, row.id)
        flash(_("Your password has been changed, and you've been signed out everywhere else."))
        return redirect(url_for(".profile"))
    return render_template("accounts/password.html", form=form), 422 if form.is_submitted() else 200


def _changed(person: Person, form: forms.ChangePasswordForm) -> bool:
    outcome, typed = web.worked_ahead(), form.password.data or ""
    chosen = outcome if isinstance(outcome, NewPassword) else outcome.chosen or NewPassword(typed, None)
    is_present = False

    def check() -> Iterator[Refused]:
        nonlocal is_present
        is_present = owner_of(outcome, form) == person
        if form.form_errors:
            return  # too many guesses: this one was not even looked at
        yield from people.password_problems(person, is_present=is_present, typed=typed)

    return form.validate_with(check) and form.attempt(
        people.change_password, person, is_present=is_present, password=chosen
    )


@bp.route("/settings/sign-ins", allow=web.signed_in)
def sign_ins() -> Any:
    """Where this person is signed in."""
    return render_template(
        "accounts/sign_ins.html",
        sign_ins=queries.sign_ins(signed_in_person()),
        own_id=current_sign_in_id(),
        named=browser_and_system,
    )


def _own(sign_in_id: int) -> Any:
    person = current_person()
    return queries.own_sign_in(person, sign_in_id) if person else None


@bp.route("/settings/sign-ins/<int:sign_in_id>/end", methods=["POST"], load=_own, allow=web.signed_in)
def end_sign_in(row: Any) -> Any:
    """End one sign-in."""
    sign_in_operations.end_sign_in(row, actor=signed_in_person())
    flash(_("This sign-in has ended."))
    return redirect(url_for(".sign_ins"))


@bp.route("/settings/sign-ins/end-others", methods=["POST"], allow=web.signed_in)
def end_others() -> Any:
    """End all sign-ins but this one."""
    ended = sign_in_operations.end_other_sign_ins(signed_in_person(), but=current_sign_in_id())
    flash(i18n.ngettext("%(num)s sign-in has ended.", "%(num)s sign-ins have ended.", ended))
    return redirect(url_for(".sign_ins"))


@bp.route("/language", methods=["POST"], allow=web.public)
def language() -> Any:
    """Speak another language from here on."""
    chosen = request.form.get("language", "")
    if chosen in i18n.LANGUAGES:
        web.remember("language", chosen)
        person = current_person()
        if person is not None:
            people.speak(person, chosen)
    return redirect(next_path() or door("front"))
