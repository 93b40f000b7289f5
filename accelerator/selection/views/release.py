"""The release: prepare, read every letter, sign, let out, cancel."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from accelerator.accounts.models import Person
from accelerator.accounts.rules import on_team
from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import web
from accelerator.core.i18n import LANGUAGES, ngettext
from accelerator.core.i18n import gettext as _
from accelerator.intake.models import Application
from accelerator.intake.queries.visibility import left_out, sums_withheld
from accelerator.programmes.models import Edition
from accelerator.selection import rules
from accelerator.selection.forms import ApproveForm, PrepareForm, says_yes
from accelerator.selection.models import Choice, Release, ReleaseState
from accelerator.selection.operations import freezing
from accelerator.selection.operations import releases as release_operations
from accelerator.selection.operations.letters import preview
from accelerator.selection.operations.offers import ANSWER_DAYS, answer_by, end_of
from accelerator.selection.queries import releases as release_queries
from accelerator.selection.queries import signing
from accelerator.selection.queries.letters import letter_candidate
from accelerator.selection.queries.offers import offer_page, open_and_waiting, waitlist_page
from accelerator.selection.queries.releases import GapCount, ReleaseOverview
from accelerator.selection.queries.signing import Signature
from accelerator.selection.views.blueprint import bp

BESIDE = 25  # rows of a list beside the release: the rest is on a page of its own


def _page(
    release_overview: ReleaseOverview, prepare: PrepareForm | None = None, approve: ApproveForm | None = None
) -> Any:
    edition, me = release_overview.edition, signed_in_person()
    release, team = release_overview.under_way, on_team(me, edition.id)
    form = approve or prepare
    letters = _letters(release_overview, me, team)
    signs = release is not None and release.state is ReleaseState.PREPARED and rules.can_approve(me, release, edition)
    worth = signing.signature(edition, release, me) if release and signs and letters["unseen"] else Signature.FREE
    page = render_template(
        "selection/release.html",
        release_overview=release_overview,
        release=release,
        team=team,
        prepare=prepare or PrepareForm(formdata=None),
        approve=approve or ApproveForm(formdata=None),
        missing=release_queries.missing_texts(edition),
        languages=LANGUAGES,
        can_approve=signs,
        choices=list(Choice),
        worth=worth.name,
        changed=release is not None
        and release_operations.digest_of(release_queries.pending_letters(edition)) != release.digest,
        concerns=release_queries.concerns(edition, me),
        until=end_of(edition),
        undoing=freezing.what_it_undoes(release) if release else "",
        **letters,
        **(_for_team(release_overview, me) if team else {}),
    )
    return page, 422 if form is not None and form.problems else 200


def _letters(release_overview: ReleaseOverview, me: Person, team: bool) -> dict[str, Any]:
    """The letters that are frozen, or would be: how many of each kind, and a page of the chosen kind by name."""
    none = dict.fromkeys(Choice, 0), 0
    counts, everything = (
        release_queries.letter_counts(release_overview.edition, me) if team or release_overview.under_way else none
    )
    # Whom the programme declines is nobody's business but the team's: the co-signer sees the number.
    named = [choice for choice in Choice if counts[choice] and (team or choice is not Choice.DECLINE)]
    asked = next((choice for choice in named if choice.value == request.args.get("kind")), None)
    kind = asked or (named[0] if named else None)
    lines = (
        release_queries.letter_lines(release_overview.edition, me, kind, mark=request.args.get("mark"))
        if kind
        else None
    )
    return {
        "counts": counts,
        "named": named,
        "kind": kind,
        "lines": lines,
        "waiting_letters": everything,
        "unseen": everything - sum(counts.values()),
        "left_out": left_out(release_overview.edition, me),
        "withheld": sums_withheld(release_overview.edition.id, me.id),
    }


def _for_team(release_overview: ReleaseOverview, me: Person) -> dict[str, Any]:
    """What stands in the way of preparing, and what became of the offers."""
    edition = release_overview.edition
    missing = GapCount(0, False) if release_overview.under_way else release_queries.gap_count_for(edition, me)
    offers, waiting = open_and_waiting(edition, me)
    return {
        "missing_decisions": missing,
        "gaps": release_queries.gaps(edition, me) if missing.number else [],
        "offer_count": offers,
        "offers": offer_page(edition, me, open_only=True, size=BESIDE).rows if offers else [],
        "waiting_count": waiting,
        "waitlist": waitlist_page(edition, me, size=BESIDE).rows if waiting else [],
    }


@bp.route(
    "/editions/<edition_slug>/selection/release", load=release_queries.release_overview, allow=rules.can_see_release
)
def release(release_overview: ReleaseOverview) -> Any:
    """Where releasing stands, and what comes next."""
    return _page(release_overview)


def _shown(release_overview: ReleaseOverview) -> tuple[Release, str]:
    """The release that the person's page showed, which need not be the present one, and its version there."""
    version = request.form.get("version", "")
    release = release_queries.release_of(release_overview.edition, version)
    if release is None:
        abort(404)
    return release, version


def _back(edition: Edition) -> Any:
    return redirect(url_for(".release", edition_slug=edition.slug))


@bp.route(
    "/editions/<edition_slug>/selection/release/prepare",
    methods=["POST"],
    load=release_queries.release_overview,
    allow=rules.can_run_release,
)
def prepare_release(release_overview: ReleaseOverview) -> Any:
    """Freeze the decisions for the signature."""
    form, me = PrepareForm(), signed_in_person()
    typed: dict[str, Any] = {"answer_days": form.answer_days.data, "sure": says_yes(form.sure.data)}
    if form.validate_with(
        lambda: release_operations.preparation_problems(release_overview.edition, **typed, actor=me)
    ) and form.attempt(release_operations.prepare_release, release_overview.edition, **typed, actor=me):
        flash(_("Prepared. Nothing has gone out yet."))
        return _back(release_overview.edition)
    return _page(release_queries.release_overview(release_overview.edition), prepare=form)


@bp.route(
    "/editions/<edition_slug>/selection/release/approve",
    methods=["POST"],
    load=release_queries.release_overview,
    allow=rules.can_see_release,
)
def approve_release(release_overview: ReleaseOverview) -> Any:
    """The second signature, with the typed number of letters."""
    (shown, version), form, me = _shown(release_overview), ApproveForm(), signed_in_person()
    typed: dict[str, Any] = {"typed_count": form.count.data, "sure": says_yes(form.sure.data)}
    if form.validate_with(
        lambda: release_operations.approval_problems(release_overview.edition, shown, **typed, actor=me)
    ) and form.attempt(release_operations.approve_release, shown, **typed, actor=me, version=version):
        flash(_("Approved. Nothing has gone out yet."))
        return _back(release_overview.edition)
    return _page(release_queries.release_overview(release_overview.edition), approve=form)


@bp.route(
    "/editions/<edition_slug>/selection/release/send",
    methods=["POST"],
    load=release_queries.release_overview,
    allow=rules.can_run_release,
)
def send_release(release_overview: ReleaseOverview) -> Any:
    """Everything at once, or nothing."""
    shown, version = _shown(release_overview)
    sent = release_operations.release_decisions(shown, actor=signed_in_person(), version=version)
    if sent:
        flash(ngettext("Released. %(num)s letter is on its way.", "Released. %(num)s letters are on their way.", sent))
    else:
        flash(_("These decisions were released already."))
    return _back(release_overview.edition)


@bp.route(
    "/editions/<edition_slug>/selection/release/cancel",
    methods=["POST"],
    load=release_queries.release_overview,
    allow=rules.can_run_release,
)
def cancel_release(release_overview: ReleaseOverview) -> Any:
    """Stop before anything goes out."""
    shown, version = _shown(release_overview)
    freezing.cancel_release(shown, actor=signed_in_person(), version=version)
    flash(_("Release cancelled. The decisions stay as they were."))
    return _back(release_overview.edition)


@bp.route(
    "/editions/<edition_slug>/selection/release/letters/<reference>", load=letter_candidate, allow=rules.can_decide
)
def letter_preview(application: Application) -> Any:
    """A letter as it will go out, in either language; it exists only until a release takes it."""
    edition, letter = web.chosen(), release_queries.pending_letter(application)
    if letter is None:
        abort(404)
    person = release_queries.recipients([application])[application.id][0]
    asked = request.args.get("lang", person.language)
    chosen = asked if asked in LANGUAGES else person.language
    days = (release_queries.release_overview(edition).under_way or Release(answer_days=ANSWER_DAYS)).answer_days
    texts = preview(edition, letter, language=chosen, person=person, expires_at=answer_by(edition, days))
    return render_template(
        "selection/preview.html",
        application=application,
        letter=letter,
        texts=texts,
        chosen=chosen,
        languages=LANGUAGES,
        reader=person,
    )
