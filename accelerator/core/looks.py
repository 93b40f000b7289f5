"""Looking once at what is sealed: a reason opens one page and, for a while, the files on it. No domain words.

What is opened by :func:`look` is one answer of the server. The page carries a number of its own, so that loading it again
asks again; its files carry a signature of who looks at what, which is good for fifteen minutes.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, request, session
from itsdangerous import BadData, URLSafeTimedSerializer

from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.text import clean

SECONDS = 15 * 60
REMEMBERED = 20  # numbers of pages that were opened in this browser
FIELD, USED = "look", "looks"


@dataclass(frozen=True)
class Look:
    """Whether this answer shows what is sealed; ``token`` goes into the addresses of its files.

    A closed one has a ``number`` for the form that asks why, and the ``problem`` with what came in, which it keeps.
    """

    is_open: bool
    token: str = ""
    number: str = ""
    problem: str = ""
    typed: str = ""


OPEN = Look(True)


def is_asked() -> bool:
    """Whether the request brings a reason for a look, and nothing else."""
    return request.method == "POST" and FIELD in request.form


def look(subject: str, record: Callable[[str], object]) -> Look:
    """The look that this request may take at ``subject``; ``record`` notes the reason, or refuses it."""
    problem = typed = ""
    if is_asked():
        number, used, typed = request.form[FIELD], list(session.get(USED, [])), request.form.get("reason", "")
        try:
            if not number or number in used:
                raise Refused(_("That reason covered one viewing only. Give a reason for this one."))
            record(typed)
        except Refused as refusal:
            problem = refusal.message
        else:
            session[USED] = [*used, number][-REMEMBERED:]
            return Look(True, _signer().dumps(subject))
    return Look(False, number=secrets.token_urlsafe(9), problem=problem, typed=clean(typed))


def is_part_of_look(subject: str) -> bool:
    """Whether the address that is asked for stood on a page of ``subject`` that was opened a short while ago."""
    try:
        return bool(_signer().loads(request.args.get(FIELD, ""), max_age=SECONDS) == subject)
    except BadData:
        return False


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="look")
