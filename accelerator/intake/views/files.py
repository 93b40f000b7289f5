"""Giving out attachments: as a download, inert, and only to whom the rule lets through."""

from io import BytesIO
from urllib.parse import quote

from flask import Response, send_file

from accelerator.core import storage
from accelerator.intake import queries, rules
from accelerator.intake.models import Attachment
from accelerator.intake.views.blueprint import bp


@bp.route(
    "/editions/<edition_slug>/attachments/<int:attachment_id>", load=queries.attachment, allow=rules.can_read_attachment
)
def attachment(attachment: Attachment) -> Response:
    """One file."""
    return served(attachment)


def served(attachment: Attachment) -> Response:
    """A file as a download that no browser opens by itself, runs or guesses about."""
    response = send_file(BytesIO(storage.get(attachment.storage_key)), mimetype="application/pdf", etag=False)
    response.headers["Content-Disposition"] = disposition(attachment.file_name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def disposition(name: str) -> str:
    """A download's header with its name in ASCII for old clients and as RFC 5987 says for all others."""
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in " ._-") else "_" for letter in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
