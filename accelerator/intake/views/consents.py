"""Your consents: what a founder's startups agreed to, with withdrawing and giving again."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import web
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.intake import rules
from accelerator.intake.consent_models import Consent
from accelerator.intake.operations import consents as operations
from accelerator.intake.queries import consents as queries
from accelerator.intake.views.blueprint import bp

PATH = "/editions/<edition_slug>/my/consents/<int:consent_id>"


@bp.route("/settings/consents", allow=web.signed_in)
def consents() -> str:
    """All of them, in every edition: in force, and how the others ended."""
    return render_template("intake/consents.html", consenting=queries.boxes_of_person(signed_in_person()))


@bp.route(PATH + "/withdraw", methods=["GET", "POST"], load=queries.consent, allow=rules.can_change_consent)
def withdraw_consent(consent: Consent) -> Any:
    """Say what withdrawing does, then do it. What goes with the application leads to withdrawing that."""
    edition, application = web.chosen(), consent.application
    if operations.ends_with_application(consent) and queries.is_in_force(consent):
        return redirect(url_for(".withdraw", edition_slug=edition.slug, reference=application.reference))
    if request.method == "POST":
        try:
            operations.withdraw_consent(consent, edition=edition, actor=signed_in_person())
        except Refused as refusal:
            flash(refusal.message, "bad")
        else:
            flash(_("Your consent is withdrawn."))
        return redirect(url_for(".consents"))
    return render_template(
        "intake/consent.html",
        consent=consent,
        text=consent.text,
        giving=False,
        complete=operations.stops_by_itself(consent.text),
    )


@bp.route(PATH + "/give", methods=["GET", "POST"], load=queries.consent, allow=rules.can_give_consent)
def give_consent(consent: Consent) -> Any:
    """Show the words, then take the consent again."""
    edition = web.chosen()
    if request.method == "POST":
        shown = request.form.get("text", 0, type=int)
        try:
            operations.give_again(consent, shown=shown, edition=edition, actor=signed_in_person())
        except Refused as refusal:
            flash(refusal.message, "bad")
        else:
            flash(_("You gave your consent again."))
        return redirect(url_for(".consents"))
    text = queries.latest_text(edition.id, consent.key) or consent.text
    return render_template("intake/consent.html", consent=consent, text=text, giving=True, complete=False)
