"""A founder's pages around the draft: the list of sections, check and send, the receipt, withdrawing."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import clock, i18n, web
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.notices import told_on
from accelerator.core.times import latest_day
from accelerator.intake import rules
from accelerator.intake.answers import meter
from accelerator.intake.answers.meter import SectionStatus
from accelerator.intake.answers.questions import Answers, PlainQuestion
from accelerator.intake.answers.reading import TEAM, read
from accelerator.intake.forms import WithdrawForm
from accelerator.intake.models import EDITABLE, MOVES, Application, ApplicationState, Enquiry
from accelerator.intake.operations import copies, sending, withdrawing
from accelerator.intake.queries import asking, drafts, versions
from accelerator.intake.queries.copies import OwnCopy, copy_state, own_copy
from accelerator.intake.queries.drafts import DraftPage
from accelerator.intake.views.blueprint import arrival, bp
from accelerator.intake.views.files import download
from accelerator.programmes.steps import steps_of

PATH = "/editions/<edition_slug>/my/<reference>"


def _state(page: DraftPage) -> dict[str, Any]:
    """What all these pages show: how far it is, and whether it can still be changed."""
    application, now = page.application, clock.now()
    statuses = meter.overview(page.form, _answers(page), latest_day(web.chosen().zone, signed_in_person().zone))
    return {
        "application": application,
        "form": page.form,
        "overview": statuses,
        "now": now,
        "done": sum(status.done for status in statuses),
        "minutes": meter.minutes_left(page.form, statuses),
        "following": next((status.section for status in statuses if not status.done), None),
        "editable": page.is_open and application.state in EDITABLE,
        "is_open": page.is_open,
        "until": page.until,
        "changed": _is_changed(page),
        "new_questions": _new_questions(page),
        "tone": public_tone(application),
        "enquiry": _enquiry(application),
        "asked_page": page.asked,
        "asked_about": _asked_about(page),
        "unanswered": _is_unanswered(page, statuses),
        "can_reinstate": page.is_open and withdrawing.can_go_back(application),
        "can_withdraw": ApplicationState.WITHDRAWN in MOVES.get(application.state, frozenset()),
    }


def _enquiry(application: Application) -> Enquiry | None:
    """What the team asks; of what was never sent or is withdrawn it asks nothing."""
    asked = application.revision_number > 0 and application.state in EDITABLE
    return asking.open_enquiry(application) if asked else None


def _answers(page: DraftPage) -> Answers:
    """What can be sent: the draft, after the close what was sent with the answer to what the team asks."""
    last = drafts.revision(page.application, page.application.revision_number) if page.asked else None
    return (
        page.asked.answers(last.answers, page.application.answers) if page.asked and last else page.application.answers
    )


def _is_unanswered(page: DraftPage, statuses: Iterable[SectionStatus]) -> bool:
    """Whether the answer that may be sent after the close is missing or wrong."""
    asked = page.asked
    return asked is not None and any(
        question.key in asked.keys for status in statuses for question, _why in status.problems
    )


def _asked_about(page: DraftPage) -> PlainQuestion | None:
    """The question of the form that the team asks about."""
    enquiry = _enquiry(page.application)
    return page.form.question(enquiry.question_key) if enquiry and enquiry.question_key else None


def _is_changed(page: DraftPage) -> bool:
    """Whether something else can be sent than what was sent last."""
    last = drafts.revision(page.application, page.application.revision_number)
    return last is not None and meter.kept(page.form, _answers(page)) != last.answers


def _new_questions(page: DraftPage) -> list[PlainQuestion]:
    """What the form asks that it did not ask when the application was sent, while it can be answered."""
    application = page.application
    if not application.revision_number or application.state not in EDITABLE or not web.chosen().call_is_open:
        return []
    last = drafts.revision(application, application.revision_number)
    return versions.new_since_sent(application, page.form, last) if last else []


def public_tone(application: Application) -> str:
    """The colour of the state for its founders. A verdict that nobody was told must not show in a colour either."""
    hidden = (ApplicationState.ELIGIBLE, ApplicationState.INELIGIBLE)
    return "sea" if application.state in hidden else application.state.tone


@bp.route(PATH, load=drafts.draft_page, allow=rules.can_fill_page)
def tasks(page: DraftPage) -> str:
    """The sections and how far each is; after sending, where the application stands."""
    notices = told_on("application", web.chosen(), page.application)
    return render_template(
        "intake/tasks.html", notices=notices, filled_in=_filled_in(page), steps=steps_of(web.chosen()), **_state(page)
    )


def _filled_in(page: DraftPage) -> tuple[list[str], datetime] | None:
    """Which questions were answered from what the firm had sent before, and when it was sent; nothing once it is sent."""
    known = page.application.prefilled
    if not known or page.application.revision_number:
        return None
    names = [question.name for question in page.form.questions if question.key in known["keys"]]
    return names, datetime.fromisoformat(known["at"])


@bp.route(PATH + "/check", load=drafts.draft_page, allow=rules.can_fill_page)
def check(page: DraftPage) -> str:
    """All answers as readers will see them, what is missing, and the button that sends."""
    sections = read(page.form, _answers(page), TEAM)
    return render_template("intake/check.html", sections=sections, **_state(page))


@bp.route(PATH + "/send", methods=["POST"], load=drafts.draft_page, allow=rules.can_fill_page)
def send(page: DraftPage) -> Any:
    """Send the application, or send it again after changes."""
    edition, ways = web.chosen(), {"edition_slug": web.chosen().slug, "reference": page.application.reference}
    try:
        sending.send(page.application, page.form, edition=edition, at=arrival(), actor=signed_in_person())
    except Refused as refusal:
        flash(refusal.message, "bad")
        return redirect(url_for(".check", **ways))
    return redirect(url_for(".receipt", **ways))


@bp.route(PATH + "/receipt", load=drafts.draft_page, allow=rules.can_fill_page)
def receipt(page: DraftPage) -> Any:
    """What was sent when, under which digest, and what happens next."""
    application = page.application
    revision = drafts.revision(application, application.revision_number)
    if revision is None:
        return redirect(url_for(".tasks", edition_slug=web.chosen().slug, reference=application.reference))
    copy, job = copy_state(revision, i18n.language())
    return render_template(
        "intake/receipt.html", revision=revision, copy=copy, job=job, steps=steps_of(web.chosen()), **_state(page)
    )


@bp.route(PATH + "/copies", methods=["POST"], load=drafts.draft_page, allow=rules.can_fill_page)
def order_copy(page: DraftPage) -> Any:
    """Have the PDF of what was sent made in the language of the page, where nobody's receipt was in it."""
    application = page.application
    revision = drafts.revision(application, application.revision_number)
    if revision is None:
        abort(404)
    copies.order_copy(revision, language=i18n.language(), actor=signed_in_person())
    return redirect(url_for(".receipt", edition_slug=web.chosen().slug, reference=application.reference))


@bp.route(PATH + "/copies/<int:number>/<language>.pdf", load=own_copy, allow=rules.can_read_copy)
def download_copy(own: OwnCopy) -> Any:
    """The PDF of one revision in a language."""
    return download(own.copy.storage_key, own.file_name)


@bp.route(PATH + "/withdraw", methods=["GET", "POST"], load=drafts.draft_page, allow=rules.can_fill_page)
def withdraw(page: DraftPage) -> Any:
    """Ask why, then withdraw."""
    edition, application, form = web.chosen(), page.application, WithdrawForm()
    if form.validate_with(lambda: withdrawing.withdrawal_problems(application, form.reason.data)) and form.attempt(
        withdrawing.withdraw, application, reason=form.reason.data, edition=edition, actor=signed_in_person()
    ):
        flash(_("%(reference)s is withdrawn.", reference=application.reference))
        return redirect(url_for(".tasks", edition_slug=edition.slug, reference=application.reference))
    return render_template("intake/withdraw.html", form=form, application=application), 422 if form.problems else 200


@bp.route(PATH + "/reinstate", methods=["POST"], load=drafts.draft_page, allow=rules.can_fill_page)
def reinstate_own(page: DraftPage) -> Any:
    """Take the withdrawal back, while the application could be sent."""
    edition, application = web.chosen(), page.application
    try:
        withdrawing.reinstate_own(application, edition=edition, at=arrival(), actor=signed_in_person())
    except Refused as refusal:
        flash(refusal.message, "bad")
    else:
        flash(_("%(reference)s is reinstated.", reference=application.reference))
    return redirect(url_for(".tasks", edition_slug=edition.slug, reference=application.reference))
