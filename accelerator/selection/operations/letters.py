"""Letters: the same values make the preview and the mail, so what was approved is what goes out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accelerator.accounts.models import Person
from accelerator.intake.models import Application
from accelerator.notifications.operations import Letter, letter_to, notify_many
from accelerator.notifications.texts import Texts, render
from accelerator.programmes.models import Edition
from accelerator.selection.models import Basis, Choice
from accelerator.selection.queries.releases import PendingLetter

KINDS = {Choice.OFFER: "decision_offer", Choice.WAIT: "decision_wait", Choice.DECLINE: "decision_decline"}


def letter_kind(choice: Choice) -> str:
    """The mail template of a decision."""
    return KINDS[choice]


def letter_path(edition: Edition, application: Application) -> str:
    """Where the letter is read on the site."""
    return f"/editions/{edition.slug}/my/{application.reference}/letter"


def letter_values(
    edition: Edition,
    application: Application,
    *,
    feedback: Sequence[str],
    expires_at: datetime | None,
    moved_up: bool = False,
    ineligible: bool = False,
) -> dict[str, Any]:
    """What the templates of the three letters read; ``expires_at`` is set for offers, ``feedback`` holds no names."""
    return {
        "edition": edition,
        "application": application,
        "feedback": feedback,
        "expires_at": expires_at,
        "moved_up": moved_up,
        "ineligible": ineligible,
        "path": letter_path(edition, application),
    }


def values_of(edition: Edition, letter: PendingLetter, expires_at: datetime) -> dict[str, Any]:
    """What the letter of a release says: the preview and the mail are both made of this."""
    return letter_values(
        edition,
        letter.application,
        feedback=[text for text in (letter.feedback, *letter.shared) if text],
        expires_at=expires_at if letter.choice is Choice.OFFER else None,
        ineligible=letter.basis is Basis.SCREENING,
    )


def preview(edition: Edition, letter: PendingLetter, *, language: str, person: Person, expires_at: datetime) -> Texts:
    """A letter as it will go out, in ``language`` and in the reader's zone."""
    return render(
        letter_kind(letter.choice),
        language=language,
        zone=person.zone,
        name=person.name_in(language),
        person=person,
        **values_of(edition, letter, expires_at),
    )


def letters_to(people: Sequence[Person], kind: str, application: Application, values: dict[str, Any]) -> list[Letter]:
    """The letter about an application, once to each who reads it."""
    return [
        letter_to(person, kind, key=f"{kind}:{application.id}:{person.id}", about=application, **values)
        for person in people
    ]


def send_letter(people: Sequence[Person], kind: str, application: Application, values: dict[str, Any]) -> int:
    """Write one letter to each reader; a letter that exists already is not written again."""
    return len(notify_many(letters_to(people, kind, application, values)))
