"""More time for one applicant: the team gives and revokes it, and whoever has a code for it uses that."""

from collections.abc import Iterator
from typing import Any

from flask import flash, redirect, render_template, session, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import clock, web
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.intake import rules
from accelerator.intake.models import Application
from accelerator.intake.opening_models import Extension
from accelerator.intake.operations import more_time
from accelerator.intake.queries import drafts, openings
from accelerator.intake.time_forms import CodeForm, ExtensionForm, UseCodeForm, instant
from accelerator.intake.views.blueprint import arrival, bp
from accelerator.programmes.addresses import read_addresses
from accelerator.programmes.models import Edition
from accelerator.programmes.rules import can_run

KEPT = "late_code"


@bp.route("/calls/<edition_slug>/links/<code>", allow=web.public)
def late_link(edition: Edition, code: str) -> Any:
    """The link of the mail: the code goes on in the signed cookie, so that no later address has it, through signing in."""
    web.remember(KEPT, code[:80])
    return redirect(url_for(".late", edition_slug=edition.slug))


@bp.route("/calls/<edition_slug>/late", methods=["GET", "POST"], allow=web.signed_in)
def late(edition: Edition) -> Any:
    """Type a code, or look over the one that the link brought, and use it."""
    form, person = UseCodeForm(code=session.get(KEPT, "")), signed_in_person()
    known = openings.by_code(edition, form.code.data or "") if form.is_submitted() else None
    is_mine = known is not None and known.used_by == person.id and known.revoked_at is None
    if is_mine or (
        form.validate_with(lambda: ())
        and form.attempt(lambda: more_time.use_code(edition, form.code.data or "", at=arrival(), actor=person))
    ):
        session.pop(KEPT, None)
        mine = drafts.application_of(person, edition)
        if mine is not None:
            return redirect(url_for(".tasks", edition_slug=edition.slug, reference=mine.reference))
        return redirect(url_for(".apply", edition_slug=edition.slug))
    page = render_template("intake/late.html", form=form, now=clock.now())
    return page, 422 if form.problems else 200


@bp.route("/editions/<edition_slug>/extensions", methods=["GET", "POST"], allow=can_run)
def extensions(edition: Edition) -> Any:
    """Who has more time than the call, and a code for somebody who has no application yet."""
    form, actor = CodeForm(), signed_in_person()

    def check() -> Iterator[Refused]:
        until = instant(form.until, edition.zone)
        if form.email.data and read_addresses(form.email.data)[1]:
            yield Refused(_("Enter an address like name@example.org."), field="email")
        else:
            yield from more_time.code_problems(
                edition, email=form.email.data or "", until=until, reason=form.reason.data or "", actor=actor
            )

    def give() -> None:
        until = instant(form.until, edition.zone)
        if until is not None:
            more_time.give_code(
                edition, email=form.email.data or "", until=until, reason=form.reason.data or "", actor=actor
            )

    if form.validate_with(check) and form.attempt(give):
        flash(_("%(email)s has more time now and gets an e-mail.", email=form.email.data))
        return redirect(url_for(".extensions", edition_slug=edition.slug))
    rows = openings.extensions(edition, actor)
    page = render_template("intake/extensions.html", form=form, rows=rows, now=clock.now())
    return page, 422 if form.problems else 200


@bp.route(
    "/editions/<edition_slug>/applications/<reference>/extension",
    methods=["GET", "POST"],
    load=drafts.application,
    allow=rules.can_see,
)
def extension(application: Application) -> Any:
    """Give one draft more time, or take it back."""
    edition, form = web.chosen(), ExtensionForm()

    def check() -> Iterator[Refused]:
        until, reason = instant(form.until, edition.zone), form.reason.data or ""
        yield from more_time.extension_problems(application, edition, until=until, reason=reason)

    def give() -> None:
        until = instant(form.until, edition.zone)
        if until is not None:
            more_time.give_extension(
                application, edition, until=until, reason=form.reason.data or "", actor=signed_in_person()
            )

    if form.validate_with(check) and form.attempt(give):
        flash(_("%(reference)s has more time now. Its founders get an e-mail.", reference=application.reference))
        return redirect(url_for(".application", edition_slug=edition.slug, reference=application.reference))
    page = render_template(
        "intake/extension.html",
        form=form,
        application=application,
        extension=openings.extension_of(application),
        now=clock.now(),
    )
    return page, 422 if form.problems else 200


@bp.route(
    "/editions/<edition_slug>/extensions/<int:extension_id>/revoke",
    methods=["POST"],
    load=openings.extension,
    allow=rules.can_manage_extension,
)
def revoke_extension(row: Extension) -> Any:
    """Take more time back."""
    more_time.revoke_extension(row, web.chosen(), actor=signed_in_person())
    flash(_("The extra time is revoked. Whoever had it gets an e-mail."))
    return redirect(url_for(".extensions", edition_slug=web.chosen().slug))
