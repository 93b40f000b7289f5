"""Who reads which clock: the lines of a summary."""

from typing import NamedTuple

from accelerator.accounts.views.visitor import current_person
from accelerator.core import i18n
from accelerator.core.i18n import gettext as _
from accelerator.mentoring.models import Mentor
from accelerator.mentoring.queries import sessions
from accelerator.programmes.models import Edition
from accelerator.startups.models import Startup


class Clock(NamedTuple):
    """One line: who, on the clock of which zone."""

    name: str
    zone: str
    you: bool = False


def clocks_of(mentor: Mentor, startup: Startup | None, edition: Edition, zone: str) -> list[Clock]:
    """The viewer in ``zone`` first, then whoever else is there, then the programme if its clock is another."""
    actor = current_person()
    people = sessions.founders([startup.id])[startup.id] if startup else []
    clocks = [Clock(_("You"), zone, you=True)]
    if actor is None or actor.id != mentor.person_id:
        clocks.append(Clock(mentor.person.name_in(i18n.language()), mentor.person.zone))
    if startup and people and (actor is None or actor.id not in {person.id for person in people}):
        clocks.append(Clock(startup.name, people[0].zone))
    if zone != edition.zone or len(clocks) == 1:
        clocks.append(Clock(_("Programme team"), edition.zone))
    return clocks
