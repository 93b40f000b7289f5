"""Who mentors, and on what terms."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from accelerator.accounts.models import Person, Role
from accelerator.accounts.rules import holds
from accelerator.core.audit import audit
from accelerator.core.db import add, changes_of, lock
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.mentoring.models import Mentor
from accelerator.mentoring.queries import mentors
from accelerator.programmes.models import Edition

BOUNDS = {
    "minutes": (10, 120),
    "buffer_minutes": (0, 60),
    "notice_hours": (0, 336),
    "horizon_days": (1, 90),
    "daily_cap": (1, 20),
}
"""The least and the most of each term of a mentor."""


def mentor_problems(edition: Edition, person: Person | None) -> Iterator[Refused]:
    """Why somebody can't be put into the directory: nobody known, no mentor here, or there already."""
    if person is None or not holds(person, edition.id, Role.MENTOR):
        yield Refused(_("Invite this person as a mentor first."), field="person")
    elif mentors.mentor_of(person, edition) is not None:
        yield Refused(_("This person is already in the directory."), field="person")


def add_mentor(edition: Edition, *, person: Person, actor: Person) -> Mentor:
    """Put somebody with the mentor's role into the directory; hours follow."""
    lock(edition)
    refuse(mentor_problems(edition, person))
    mentor = add(
        Mentor(
            edition_id=edition.id,
            person_id=person.id,
            slug=mentors.slug_for(person, edition),
            headline={},
            bio={},
            topics=[],
            languages=[person.language],
            person=person,
        )
    )
    audit(actor, "mentoring.mentor_added", mentor)
    return mentor


def term_problems(terms: Mapping[str, int], video_link: str | None) -> Iterator[Refused]:
    """What is wrong with a mentor's terms, by their names, and with the link to where sessions take place."""
    for name, value in terms.items():
        least, most = BOUNDS[name]
        if not least <= value <= most:
            yield Refused(_("Enter a number from %(least)s to %(most)s.", least=least, most=most), field=name)
        elif name in ("minutes", "buffer_minutes") and value % 5:
            yield Refused(_("Use steps of five minutes."), field=name)
    if video_link and not video_link.startswith(("https://", "http://")):
        yield Refused(_("Enter the whole link, beginning with https://."), field="video_link")


def edit_mentor(
    mentor: Mentor,
    *,
    headline: dict[str, str],
    bio: dict[str, str],
    topics: Sequence[str],
    languages: Sequence[str],
    minutes: int,
    buffer_minutes: int,
    notice_hours: int,
    horizon_days: int,
    daily_cap: int,
    video_link: str | None,
    actor: Person,
) -> None:
    """Change how a mentor is described and can be booked. Sessions that are booked stay as they are."""
    terms = {
        "minutes": minutes,
        "buffer_minutes": buffer_minutes,
        "notice_hours": notice_hours,
        "horizon_days": horizon_days,
        "daily_cap": daily_cap,
    }
    refuse(term_problems(terms, video_link))
    texts = {"headline": headline, "bio": bio, "topics": list(topics), "languages": list(languages)}
    changed: dict[str, Any] = {**changes_of(mentor, {**texts, **terms, "video_link": video_link or None})}
    audit(actor, "mentoring.mentor_edited", mentor, **changed)


def pause(mentor: Mentor, *, paused: bool, actor: Person) -> None:
    """Stop or resume taking bookings; hours and booked sessions stay."""
    if mentor.paused == paused:
        return
    mentor.paused = paused
    act = "mentoring.mentor_paused" if paused else "mentoring.mentor_resumed"
    audit(actor, act, mentor, paused=[not paused, paused])
