"""A message of the team to the applicants of an application, each in their language."""

from collections.abc import Iterator, Mapping
from typing import Any

from accelerator.accounts.models import Person
from accelerator.core.audit import audit
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.intake.models import Application
from accelerator.notifications.operations import letter_to, notify_many
from accelerator.programmes.models import Edition
from accelerator.startups.queries import people

SUBJECT_LENGTH, BODY_LENGTH = 150, 4000


def message_problems(values: Mapping[str, Any]) -> Iterator[Refused]:
    """What is wrong with a message: both languages are needed, since one doesn't know who reads which."""
    needed = {
        "subject_en": (_("Write the subject in English."), SUBJECT_LENGTH),
        "body_en": (_("Write the message in English."), BODY_LENGTH),
        "subject_ja": (_("Write the subject in Japanese."), SUBJECT_LENGTH),
        "body_ja": (_("Write the message in Japanese."), BODY_LENGTH),
    }
    for name, (blank, most) in needed.items():
        text = str(values.get(name) or "").strip()
        if not text:
            yield Refused(blank, field=name)
        elif len(text) > most:
            yield Refused(_("Shorten this to %(most)s characters.", most=most), field=name)


def write_to_applicants(application: Application, *, values: Mapping[str, Any], batch: int, actor: Person) -> None:
    """Write to everybody who has access to the startup; the same ``batch`` writes to nobody twice."""
    edition, readers = session().get_one(Edition, application.edition_id), people(application.startup_id)
    if not readers:
        raise Refused(_("Nobody has access to it"))
    notify_many(
        letter_to(
            person,
            "team_message",
            key=f"team_message:{batch}:{application.id}:{person.id}",
            about=application,
            application=application,
            edition=edition,
            writer=actor,
            subject=values["subject_ja" if person.language == "ja" else "subject_en"].strip(),
            message=values["body_ja" if person.language == "ja" else "body_en"].strip(),
        )
        for person in readers
    )
    audit(actor, "application.written_to", application)
