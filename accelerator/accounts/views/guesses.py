"""Passwords that were typed: each guess is counted, then looked at, before the request's transaction opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accelerator.accounts import passwords
from accelerator.accounts.models import Person
from accelerator.accounts.operations import sign_ins
from accelerator.accounts.operations.sign_ins import Try
from accelerator.accounts.passwords import NewPassword
from accelerator.core import web
from accelerator.core.errors import Refused
from accelerator.core.forms import Form


@dataclass(frozen=True)
class Guess:
    """A guess at somebody's password, refused (there were too many) or compared; ``chosen`` is the new one beside it."""

    begun: Try | None = None
    matched: bool = False
    refusal: Refused | None = None
    chosen: NewPassword | None = None


def guess(email: str, password: str, *, place: str, new: str | None = None, about: Sequence[str] = ()) -> Guess:
    """Count a guess and compare it; hash the ``new`` password beside it if it was right. Called with no session open."""
    try:
        begun: Try = web.briefly(sign_ins.begin_try, email, place=place)
    except Refused as refusal:
        return Guess(refusal=refusal)
    matched = passwords.matches(begun.kept, password)
    return Guess(begun, matched, chosen=passwords.chosen(new, about=about) if new is not None and matched else None)


def owner_of(guess: Any, form: Form) -> Person | None:
    """Whose password was guessed right, in the request's transaction; too many guesses say so on the form."""
    if not isinstance(guess, Guess):
        return None
    if guess.refusal is not None:
        form.refuse(guess.refusal)
    return sign_ins.finish_try(guess.begun, matched=guess.matched) if guess.begun is not None else None
