"""Giving out attachments: as a download, inert, and only to whom the rule lets through."""

from io import BytesIO
from typing import Any
from urllib.parse import quote

from flask import Response, render_template, send_file

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import looks, storage, web
from accelerator.intake import rules
from accelerator.intake.models import Application, Attachment
from accelerator.intake.operations import seal
from accelerator.intake.queries import drafts
from accelerator.intake.views.blueprint import bp


@bp.route(
    "/editions/<edition_slug>/attachments/<int:attachment_id>",
    methods=["GET", "POST"],
    load=drafts.attachment,
    allow=rules.can_read_attachment,
)
def attachment(attachment: Attachment) -> Any:
    """One file; while the call is sealed the team comes from a page that was opened with a reason, or gives one here."""
    edition, application = web.chosen(), attachment.application
    if (
        not edition.is_sealed
        or rules.can_fill(signed_in_person(), application)
        or looks.is_part_of_look(look_key(application))
    ):
        return served(attachment)
    look = looks.look(
        look_key(application), lambda reason: seal.record_look(attachment, reason=reason, actor=signed_in_person())
    )
    if look.is_open:
        return served(attachment)
    page = render_template("intake/sealed.html", look=look, application=application)
    return page, 422 if look.problem else 200


def look_key(application: Application) -> str:
    """Who looks at which application: what the files on an opened page are signed for."""
    return f"application {application.id} by {signed_in_person().id}"


def served(attachment: Attachment) -> Response:
    """An attachment as a download."""
    return download(attachment.storage_key, attachment.file_name)


def download(storage_key: str, file_name: str) -> Response:
    """A stored PDF as a download that no browser opens by itself, runs or guesses about."""
    response = send_file(BytesIO(storage.get(storage_key)), mimetype="application/pdf", etag=False)
    response.headers["Content-Disposition"] = disposition(file_name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def disposition(name: str) -> str:
    """A download's header with its name in ASCII for old clients and as RFC 5987 says for all others."""
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in " ._-") else "_" for letter in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
