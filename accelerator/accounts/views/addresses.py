"""A person's further addresses: the list, adding one, and the page that a confirming link opens."""

from typing import Any

from flask import flash, redirect, render_template, url_for

from accelerator.accounts import forms, queries
from accelerator.accounts.models import PersonAddress
from accelerator.accounts.operations import addresses as address_operations
from accelerator.accounts.views.blueprint import bp
from accelerator.accounts.views.visitor import current_person, signed_in_person, this_place
from accelerator.core import web
from accelerator.core.errors import Refused
from accelerator.core.forms import Form
from accelerator.core.i18n import gettext as _


@bp.route("/settings/addresses", methods=["GET", "POST"], allow=web.signed_in)
def addresses() -> Any:
    """Every address of the person, and a form for one more."""
    person, form = signed_in_person(), forms.FurtherAddressForm()
    if form.validate_with(lambda: address_operations.address_problems(person, form.email.data)) and form.attempt(
        address_operations.add_address, person, form.email.data, place=this_place(), actor=person
    ):
        flash(_("We've sent a link to %(email)s. Open it to confirm the address.", email=form.email.data))
        return redirect(url_for(".addresses"))
    further = queries.further_addresses(person)
    return render_template("accounts/addresses.html", form=form, further=further), 422 if form.problems else 200


def _own(address_id: int) -> PersonAddress | None:
    person = current_person()
    return queries.further_address(person, address_id) if person else None


@bp.route("/settings/addresses/<int:address_id>/first", methods=["POST"], load=_own, allow=web.signed_in)
def put_first(row: PersonAddress) -> Any:
    """Let mails go to this address."""
    try:
        address_operations.put_first(signed_in_person(), row, actor=signed_in_person())
    except Refused as refusal:
        flash(refusal.message, "bad")
    else:
        flash(_("E-mails now go to %(email)s.", email=signed_in_person().email))
    return redirect(url_for(".addresses"))


@bp.route("/settings/addresses/<int:address_id>/remove", methods=["POST"], load=_own, allow=web.signed_in)
def remove_address(row: PersonAddress) -> Any:
    """Take an address away."""
    email = row.email
    address_operations.remove_address(signed_in_person(), row, actor=signed_in_person())
    flash(_("%(email)s has been removed from your account.", email=email))
    return redirect(url_for(".addresses"))


@bp.route("/settings/addresses/confirm/<token>", methods=["GET", "POST"], allow=web.signed_in)
def confirm_address(token: str) -> Any:
    """Show which address a link adds to the account of whoever is signed in; a POST adds it."""
    person, form = signed_in_person(), Form()
    link = queries.address_to_confirm(person, token)
    if link is None:
        return render_template("accounts/address_over.html"), 410
    done: list[str | None] = []

    def confirm() -> None:
        done.append(address_operations.confirm_address(person, token, place=this_place(), actor=person))

    if form.validate_on_submit() and form.attempt(confirm):
        flash(_("%(email)s is now confirmed as your address.", email=link.email))
        return redirect(done[0] or url_for(".addresses"))
    return render_template("accounts/confirm_address.html", form=form, link=link), 422 if form.problems else 200
