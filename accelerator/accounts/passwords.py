"""Passwords: what is accepted, how they are kept. Argon2id with 19 MiB, two passes, one lane (OWASP's minimum).

Hashing takes as long as writing a hundred rows, so it is never done inside a transaction that writes: a route does it
ahead (see ``core.web``) and hands a :class:`NewPassword` to the operation.
"""

import gzip
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from accelerator.core import db
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _

SHORTEST, LONGEST = 10, 200
PART = 3  # letters that a part of a name or an address needs in order to count as one; two if they are no Latin ones
OWN = 4  # letters that a password needs beside such parts
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_once = BoundedSemaphore(4)  # each takes 19 MiB and a core

# The 10,000 commonest of at least SHORTEST characters, folded as below, of the ten million leaked ones that OWASP's
# SecLists ranks (MIT License, copyright Daniel Miessler).
LEAKED = Path(__file__).with_name("common_passwords.txt.gz")
LOCAL = frozenset(
    [
        "accelerator",
        "accelerator1",
        "arigatou123",
        "changeme123",
        "doraemon123",
        "dragon1234",
        "jennifer123",
        "kobe123456",
        "monkey1234",
        "mypassword1",
        "nihon12345",
        "osaka12345",
        "passw0rd123",
        "sakura1234",
        "startup1234",
        "sunshine123",
        "tokyo12345",
        "trustno1234",
        "welcome1234",
    ]
)
"""What people here would think of, and the list has not."""


@dataclass(frozen=True)
class NewPassword:
    """A password that somebody chose. ``kept`` is its hash, None where :func:`check` refuses it anyway."""

    typed: str = field(repr=False)
    kept: str | None = field(repr=False)


def normalised(password: str) -> str:
    """The password in NFKC, so that it is the same one from every keyboard."""
    return unicodedata.normalize("NFKC", password)


def folded(password: str) -> str:
    """The password as it is compared with others: capitals make none of them harder to guess."""
    return normalised(password).casefold()


@cache
def common() -> frozenset[str]:
    """The passwords that are tried first."""
    return LOCAL.union(gzip.decompress(LEAKED.read_bytes()).decode().split())


def problems(password: str, *, about: Sequence[str]) -> Iterator[Refused]:
    """Why a password is not taken: too short, too long, common, or made of ``about``, its owner's address and names."""
    plain = normalised(password)
    if len(plain) < SHORTEST:
        yield Refused(
            _("Use at least %(num)s characters. A short sentence is easy to remember.", num=SHORTEST), field="password"
        )
    elif len(plain) > LONGEST:
        yield Refused(_("Use at most %(num)s characters.", num=LONGEST), field="password")
    elif folded(plain) in common() or len(set(folded(plain))) < 4:
        yield Refused(_("This password is too common. Choose another."), field="password")
    elif is_made_of(plain, about):
        sentence = _("Your own name and address are the first things an attacker tries. Choose another password.")
        yield Refused(sentence, field="password")


def check(password: str, *, about: Sequence[str]) -> None:
    """Refuse a password that has :func:`problems`."""
    refuse(problems(password, about=about))


def is_made_of(password: str, about: Sequence[str]) -> bool:
    """Whether little but digits and signs is left of a password without the parts of an address and of names.

    >>> [is_made_of(typed, ["aoi.morita@example.org"]) for typed in ("Morita-Aoi-2020", "example.org!", "morita loves rain")]
    [True, True, False]
    """
    pieces = [re.split(r"[\W_]+", folded(text)) for text in about]
    parts = {part for piece in pieces for part in (*piece, "".join(piece)) if len(part) >= PART - (not part.isascii())}
    rest = folded(password)
    for part in sorted(parts, key=len, reverse=True):
        rest = rest.replace(part, "")
    return rest != folded(password) and sum(letter.isalpha() for letter in rest) < OWN


def chosen(password: str, *, about: Sequence[str]) -> NewPassword:
    """A new password with its hash. Whether it is taken is for the operation to say, in the words of :func:`check`."""
    try:
        check(password, about=about)
    except Refused:
        return NewPassword(password, None)
    return NewPassword(password, hashed(password))


def accepted(password: NewPassword, *, about: Sequence[str]) -> str:
    """What to keep of a new password, in the transaction that keeps it; refused as :func:`check` says."""
    check(password.typed, about=about)
    if password.kept is None:
        raise Refused(_("Your profile has changed in the meantime. Enter the password again."), field="password")
    return password.kept


def hashed(password: str) -> str:
    """What the database keeps. Raises RuntimeError inside a transaction that writes."""
    _refuse_while_writing()
    with _at_once:
        return _hasher.hash(normalised(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether ``password`` is the one kept; takes as long when nothing is kept. Not inside a transaction that writes."""
    _refuse_while_writing()
    try:
        with _at_once:
            _hasher.verify(kept or NOBODY, normalised(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def _refuse_while_writing() -> None:
    if db.is_writing():
        raise RuntimeError("hash passwords before the transaction opens: it keeps others from writing")


NOBODY = hashed("no account has this password")
