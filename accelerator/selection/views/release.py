"""The release: prepare, read every letter, sign, let out, cancel."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from accelerator.accounts.rules import on_team
from accelerator.core import web
from accelerator.core.i18n import LANGUAGES, ngettext
from accelerator.core.i18n import gettext as _
from accelerator.intake.models import Application
from accelerator.programmes.models import Edition
from accelerator.selection import operations, queries, rules
from accelerator.selection.forms import ApproveForm, PrepareForm
from accelerator.selection.models import Choice, Release
from accelerator.selection.queries import Desk
from accelerator.selection.views.blueprint import bp, signed_in_person


def _page(desk: Desk, prepare: PrepareForm | None = None, approve: ApproveForm | None = None) -> Any:
    edition, me = desk.edition, signed_in_person()
    release = desk.under_way
    team = on_team(me, edition.id)
    decisions = queries.decisions_to_release(edition)
    held = {choice: [one for one in decisions if one.choice is choice] for choice in Choice}
    # Whom the programme declines is nobody's business but the team's: the co-signer sees the number.
    named = {choice: rows for choice, rows in held.items() if team or (release and choice is not Choice.DECLINE)}
    form = approve or prepare
    page = render_template(
        "selection/release.html", desk=desk, release=release, team=team, held=held, named=named,
        gaps=queries.gaps(edition) if team and not release else [], missing=queries.missing_texts(edition),
        ineligible=len(queries.ineligible(edition)) if team and not release else 0,
        prepare=prepare or PrepareForm(formdata=None), approve=approve or ApproveForm(formdata=None),
        can_approve=release is not None and rules.can_approve(me, release, edition), languages=LANGUAGES,
        changed=release is not None and operations.digest_of(decisions) != release.digest, choices=list(Choice),
        offers=queries.open_offers(edition) if team else [], waitlist=queries.waitlist(edition) if team else [],
    )  # fmt: skip
    return page, 422 if form is not None and form.problems else 200


@bp.route("/editions/<edition_slug>/selection/release", load=queries.desk, allow=rules.can_see_desk)
def release(desk: Desk) -> Any:
    """Where releasing stands, and what comes next."""
    return _page(desk)


def _under_way(desk: Desk) -> Release:
    if desk.under_way is None:
        abort(404)
    return desk.under_way


def _back(edition: Edition) -> Any:
    return redirect(url_for(".release", edition_slug=edition.slug))


@bp.route(
    "/editions/<edition_slug>/selection/release/prepare",
    methods=["POST"],
    load=queries.desk,
    allow=rules.can_run_desk,
)
def prepare_release(desk: Desk) -> Any:
    """Freeze the decisions for the signature."""
    form = PrepareForm()
    if form.validate_on_submit():
        days = form.answer_days.data or 0
        if not 1 <= days <= 60:
            form.answer_days.errors = [_("Enter 1 to 60 days.")]
        elif form.attempt(operations.prepare_release, desk.edition, actor=signed_in_person(), answer_days=days):
            flash(_("Prepared. Nothing has gone out yet."))
            return _back(desk.edition)
    return _page(desk, prepare=form)


@bp.route(
    "/editions/<edition_slug>/selection/release/approve",
    methods=["POST"],
    load=queries.desk,
    allow=rules.can_see_desk,
)
def approve_release(desk: Desk) -> Any:
    """The second signature, with the typed number of letters."""
    found, form = _under_way(desk), ApproveForm()
    if form.validate_on_submit() and form.attempt(
        operations.approve_release, found, typed_count=form.count.data, actor=signed_in_person()
    ):
        flash(_("Approved. Nothing has gone out yet."))
        return _back(desk.edition)
    return _page(desk, approve=form)


@bp.route(
    "/editions/<edition_slug>/selection/release/send",
    methods=["POST"],
    load=queries.desk,
    allow=rules.can_run_desk,
)
def send_release(desk: Desk) -> Any:
    """Everything at once, or nothing."""
    if desk.release is None:
        abort(404)
    sent = operations.release_decisions(desk.release, actor=signed_in_person())
    if sent:
        flash(ngettext("Released. %(num)s letter is on its way.", "Released. %(num)s letters are on their way.", sent))
    else:
        flash(_("These decisions were released already."))
    return _back(desk.edition)


@bp.route(
    "/editions/<edition_slug>/selection/release/cancel",
    methods=["POST"],
    load=queries.desk,
    allow=rules.can_run_desk,
)
def cancel_release(desk: Desk) -> Any:
    """Stop before anything goes out."""
    operations.cancel_release(_under_way(desk), actor=signed_in_person())
    flash(_("Cancelled. The decisions are as they were."))
    return _back(desk.edition)


@bp.route(
    "/editions/<edition_slug>/selection/release/letters/<reference>",
    load=queries.judged_application,
    allow=rules.can_decide,
)
def letter_preview(application: Application) -> Any:
    """A letter as it will go out, in either language; it exists only while the decision is pending."""
    edition, decision = web.chosen(), queries.decision(application)
    if decision is None or decision.release_id is not None:
        abort(404)
    person = queries.recipients([application])[application.id][0]
    asked = request.args.get("lang", person.language)
    chosen = asked if asked in LANGUAGES else person.language
    days = (queries.desk(edition).under_way or Release(answer_days=7)).answer_days
    expires_at = operations.answer_by(edition, days)
    texts = {
        language: operations.preview(edition, decision, choice=decision.choice, language=language, person=person,
                                     expires_at=expires_at)
        for language in LANGUAGES
    }  # fmt: skip
    return render_template("selection/preview.html", application=application, decision=decision, texts=texts[chosen],
                           chosen=chosen, languages=LANGUAGES, reader=person)  # fmt: skip
