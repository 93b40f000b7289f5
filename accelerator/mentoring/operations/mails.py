"""Mails about sessions, to both sides, with the calendar entry where there is a change to enter."""

from typing import Any, Literal
from urllib.parse import urlsplit

from accelerator.accounts.models import Person
from accelerator.core import clock, i18n
from accelerator.core.calendar import invitation
from accelerator.core.i18n import gettext as _
from accelerator.core.times import day_in
from accelerator.mentoring.models import Session, SessionState
from accelerator.mentoring.queries import sessions
from accelerator.notifications.operations import Letter, letter_to, notify
from accelerator.notifications.texts import absolute
from accelerator.programmes.models import Edition
from accelerator.programmes.queries import edition as edition_by_id

Kind = Literal["session_booked", "session_moved", "session_cancelled"]


def tell_both(kind: Kind, booked: Session, *, actor: Person, before: Session | None = None) -> None:
    """Write to everybody on both sides; ``before`` is the session that a moved one was moved from."""
    edition, people = edition_of(booked), sessions.both_sides(booked)
    entries: dict[tuple[str, str], bytes] = {}  # writing the rules of a zone takes longer than all the rest of a mail
    for person in people:
        clock_and_words = (person.zone, person.language)
        if clock_and_words not in entries:
            entries[clock_and_words] = calendar_entry(booked, people, zone=person.zone, language=person.language)
        notify(
            person,
            kind,
            key=f"{kind}:{booked.id}:{booked.sequence}:{person.id}",
            calendar=entries[clock_and_words],
            calendar_method=method_of(booked),
            actor=actor,
            before=before,
            **values(booked, edition, person),
        )


def reminders(booked: Session, people: list[Person], edition: Edition, hours: int) -> list[Letter]:
    """Letters that remind ``people``, ``hours`` before the start; once for each sequence."""
    return [
        letter_to(
            person,
            "session_reminder",
            key=f"session_reminder:{hours}:{booked.id}:{booked.sequence}:{person.id}",
            hours=hours,
            is_today=day_in(person.zone, booked.starts_at) == day_in(person.zone),
            **values(booked, edition, person),
        )
        for person in people
    ]


def request_for_note(booked: Session, person: Person, edition: Edition) -> Letter:
    """A letter that asks one person once to note what came of a session."""
    key = f"session_note_due:{booked.id}:{person.id}"
    return letter_to(person, "session_note_due", key=key, **values(booked, edition, person))


def values(booked: Session, edition: Edition, person: Person) -> dict[str, Any]:
    """What the texts of every mail about a session need."""
    return {
        "booked": booked,
        "edition": edition,
        "path": page_path(booked, edition),
        "other": other_name(booked, person),
        "elsewhere": person.zone != edition.zone,
    }


def edition_of(booked: Session) -> Edition:
    """The session's edition."""
    edition = edition_by_id(booked.edition_id)
    if edition is None:
        raise LookupError(f"session {booked.id} has no edition")
    return edition


def page_path(booked: Session, edition: Edition) -> str:
    """The address of the session's page on this site."""
    return f"/editions/{edition.slug}/sessions/{booked.reference}"


def other_name(booked: Session, person: Person) -> str:
    """Whom ``person`` meets: the startup for the mentor, the mentor for everybody else."""
    mentor = booked.mentor.person
    return booked.startup.name if person.id == mentor.id else mentor.name_in(person.language)


def method_of(booked: Session) -> Literal["REQUEST", "CANCEL"]:
    """The calendar's word for the session's state."""
    return "CANCEL" if booked.state is SessionState.CANCELLED else "REQUEST"


def calendar_entry(booked: Session, people: list[Person], *, zone: str, language: str) -> bytes:
    """The session as iCalendar, on the clock and in the language of its reader."""
    edition = edition_of(booked)
    link = absolute(page_path(booked, edition))
    with i18n.speaking(language, zone):
        mentor = booked.mentor.person.name_in(language)
        title = _("%(startup)s and %(mentor)s", startup=booked.startup.name, mentor=mentor)
        return invitation(
            uid=booked.uid,
            sequence=booked.sequence,
            method=method_of(booked),
            stamp=clock.now(),
            start=booked.starts_at,
            end=booked.ends_at,
            zone=zone,
            summary=title,
            description="\n\n".join(part for part in (booked.purpose, link) if part),
            location=booked.video_link or "",
            organizer=(edition.title, _organizer()),
            attendees=[(person.name, person.email) for person in people],
            url=link,
        )


def _organizer() -> str:
    return f"no-reply@{urlsplit(absolute('/')).hostname or 'localhost'}"
