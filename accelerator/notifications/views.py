"""The pages "Mail" and "Jobs": what waits, what failed, what to do about it."""

import re
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for

from accelerator.accounts.models import Person
from accelerator.accounts.rules import on_team
from accelerator.accounts.views.visitor import current_person
from accelerator.core import installation, web
from accelerator.core.acts import subject
from accelerator.core.i18n import gettext as _
from accelerator.core.outbox import DECLARED, JobRow, JobState
from accelerator.core.web import Feature
from accelerator.notifications import operations, queries, rules
from accelerator.notifications.models import Message, MessageState
from accelerator.notifications.queries import Island

bp = Feature("notifications", __name__)
INSIDE_CSP = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
SECRET_PATH = re.compile(r"(/links/)[A-Za-z0-9_-]{20,}")


def _signed_in_as() -> Person:
    person = current_person()
    return person if person is not None else abort(401)


def _of_team(actor: Person | None, subject: Message | JobRow) -> bool:
    """The loader found the subject in the chosen edition, so its team may."""
    return on_team(actor, web.chosen().id)


def _message(edition: Island, message_id: int) -> Message | None:
    person = current_person()
    return queries.message(edition, person, message_id, everywhere=_keeps_all()) if person else None


def _job(edition: Island, job_id: str) -> JobRow | None:
    person = current_person()
    return queries.job(edition, person, job_id) if person else None


def _keeps_all() -> bool:
    """Whether this is a demonstration, which no mail leaves: whatever was written is read here."""
    settings = installation.current().settings
    return bool(settings.demo and settings.mail_backend == "outbox")


def readable(text: str) -> str:
    """A mail without its single-use links: whoever reads it here is not whom they sign in.

    In a demonstration no mail leaves and this is where its links are found, so there they stay.
    """
    if _keeps_all():
        return text
    return SECRET_PATH.sub(r"\1…", text)


@bp.route("/editions/<edition_slug>/mail", allow=rules.can_see_mail)
def mail(edition: Island) -> Any:
    """Every mail of the edition, by state."""
    state_name, viewer = request.args.get("state", ""), _signed_in_as()
    state = MessageState(state_name) if state_name in set(MessageState) else None
    return render_template(
        "notifications/mail.html",
        state=state,
        counts=queries.message_counts(edition, viewer, everywhere=_keeps_all()),
        page=queries.messages(edition, viewer, state, request.args.get("page"), everywhere=_keeps_all()),
        troubles=queries.troubles(edition, viewer),
        leaves_out=queries.leaves_out(edition, viewer),
        keeps_mail=installation.current().settings.mail_backend == "outbox",
        href=lambda mark: url_for(".mail", edition_slug=edition.slug, state=state_name or None, page=mark),
    )


@bp.route("/editions/<edition_slug>/mail/<int:message_id>", load=_message, allow=_of_team)
def message(message: Message) -> Any:
    """One mail as it left."""
    return render_template("notifications/message.html", message=message, readable=readable)


@bp.route("/editions/<edition_slug>/mail/<int:message_id>/html", load=_message, allow=_of_team)
def message_html(message: Message) -> Response:
    """The HTML part alone, for a frame without scripts, forms or pictures."""
    answer = Response(readable(message.html), mimetype="text/html")
    answer.headers["Content-Security-Policy"] = INSIDE_CSP
    return answer


@bp.route("/editions/<edition_slug>/mail/<int:message_id>/invite.ics", load=_message, allow=_of_team)
def message_calendar(message: Message) -> Any:
    """The calendar part as a file."""
    if not message.calendar:
        abort(404)
    name = {"Content-Disposition": f"attachment; filename=invite-{message.id}.ics"}
    return Response(message.calendar, mimetype="text/calendar", headers=name)


@bp.route("/editions/<edition_slug>/mail/<int:message_id>/retry", methods=["POST"], load=_message, allow=_of_team)
def retry_message(message: Message) -> Any:
    """Try again."""
    operations.retry_message(message, actor=_signed_in_as())
    flash(_("The e-mail will be tried again now."))
    return redirect(url_for(".message", edition_slug=web.chosen().slug, message_id=message.id))


@bp.route("/editions/<edition_slug>/mail/<int:message_id>/discard", methods=["POST"], load=_message, allow=_of_team)
def discard_message(message: Message) -> Any:
    """Don't send."""
    operations.discard_message(message, actor=_signed_in_as())
    flash(_("The e-mail won't be sent. “Try again” undoes this."))
    return redirect(url_for(".message", edition_slug=web.chosen().slug, message_id=message.id))


def _results(row: JobRow) -> list[tuple[str, int]]:
    """What a job has come to: how many of each kind of row."""
    kinds = {"job": _("Jobs"), "audit_detail": _("Details in the audit trail"), "files": _("Files")}
    named = ((kinds.get(table) or subject(table), count) for table, count in (row.result or {}).items())
    return [(kind if isinstance(kind, str) else str(kind.label), count) for kind, count in named if kind is not None]


@bp.route("/editions/<edition_slug>/jobs", allow=rules.can_see_mail)
def jobs(edition: Island) -> Any:
    """What works in the background."""
    viewer = _signed_in_as()
    shown = {
        "dead": queries.jobs(edition, viewer, JobState.DEAD),
        "open": queries.jobs(edition, viewer, JobState.RUNNING, JobState.WAITING),
        "done": queries.jobs(edition, viewer, JobState.DONE, limit=20),
        "leaves_out": queries.leaves_out_jobs(edition, viewer),
        "results": _results,
        "names": {name: job.label for name, job in DECLARED.items() if job.label},
    }
    if web.wants_fragment():
        return web.render_block("notifications/jobs.html", "open_jobs", **shown)
    return render_template("notifications/jobs.html", troubles=queries.troubles(edition, viewer), **shown)


@bp.route("/editions/<edition_slug>/jobs/<job_id>/retry", methods=["POST"], load=_job, allow=_of_team)
def retry_job(row: JobRow) -> Any:
    """Give a dead job its tries again."""
    operations.retry_job(row, actor=_signed_in_as())
    flash(_("The job will be tried again now."))
    return redirect(url_for(".jobs", edition_slug=web.chosen().slug))
