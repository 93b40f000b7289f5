"""Whose conflicts of interest touch what they sign: preparing, approving and sending are clerical, but two should not both be partial."""

from enum import Enum, auto
from typing import Any

from sqlalchemy import exists, func, select

from accelerator.accounts.models import Membership, Person, Role
from accelerator.accounts.rules import TEAM
from accelerator.core.db import session
from accelerator.intake.models import Application
from accelerator.intake.queries.visibility import bars
from accelerator.programmes.models import Edition
from accelerator.selection.models import Decision, Release
from accelerator.selection.queries.releases import GETS_LETTER

SIGNERS = (*TEAM, Role.PARTNER)


class Signature(Enum):
    """What a second signature would be worth."""

    FREE = auto()  # one of the two has no conflict of interest with any letter, or one signature is enough
    NOT_FREE = auto()  # both have one, and somebody who has none could sign
    NOBODY_FREE = auto()  # both have one, and so has everybody else who may sign


def signature(edition: Edition, release: Release, signer: Person) -> Signature:
    """What this person's approval would be worth. Up to three statements."""
    if not edition.two_person_release or not conflicting_letters(edition, signer.id):
        return Signature.FREE
    if not conflicting_letters(edition, release.prepared_by):
        return Signature.FREE
    return Signature.NOT_FREE if _is_anybody_free(edition) else Signature.NOBODY_FREE


def conflicting_letters(edition: Edition, person_id: int) -> int:
    """How many of the letters that a release would send now are about applications that bar a person."""
    statement = select(func.count(Application.id)).outerjoin(Decision, _DECIDED)
    return session().scalar(statement.where(*_letters_that_bar(edition, person_id))) or 0


def _is_anybody_free(edition: Edition) -> bool:
    touched = select(Application.id).outerjoin(Decision, _DECIDED)
    free = exists().where(
        Membership.edition_id == edition.id,
        Membership.role.in_(SIGNERS),
        Membership.ended_at.is_(None),
        ~touched.where(*_letters_that_bar(edition, Membership.person_id)).exists(),
    )
    return bool(session().scalar(select(free)))


_DECIDED = Decision.application_id == Application.id


def _letters_that_bar(edition: Edition, person_id: Any) -> tuple[Any, ...]:
    return Application.edition_id == edition.id, GETS_LETTER, bars(person_id)
