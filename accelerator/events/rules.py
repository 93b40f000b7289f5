"""Who may see and run events."""

from accelerator.accounts.models import Person
from accelerator.accounts.queries import person
from accelerator.accounts.rules import on_team
from accelerator.events.models import AgendaItem, Event, Registration, RegistrationState
from accelerator.events.queries import Place, event_of
from accelerator.programmes.models import Edition
from accelerator.programmes.queries import edition as edition_by_id
from accelerator.programmes.rules import can_enter

ADMITTED = frozenset({RegistrationState.REGISTERED, RegistrationState.ATTENDED})


def can_run_events(actor: Person | None, edition: Edition) -> bool:
    """The team sets events up."""
    return on_team(actor, edition.id)


def can_see_event(actor: Person | None, event: Event) -> bool:
    """Everybody sees a published public event, members of the edition every published one, the team all.

    A cancelled event is still seen by whoever saw it before: its page says so.
    """
    if on_team(actor, event.edition_id):
        return True
    if event.published_at is None:
        return False
    if event.public:
        return True
    edition = edition_by_id(event.edition_id)
    return edition is not None and can_enter(actor, edition)


def can_see_place(actor: Person | None, place: Place) -> bool:
    """Whoever holds the link; of an event that is not public, while the guest's account holds a role in the edition."""
    held = place.registration
    if place.event.public or held is None or held.person_id is None:
        return True
    edition = edition_by_id(place.event.edition_id)
    return edition is not None and can_enter(person(held.person_id), edition)


def can_run_event(actor: Person | None, event: Event) -> bool:
    """The team."""
    return on_team(actor, event.edition_id)


def can_run_agenda(actor: Person | None, item: AgendaItem) -> bool:
    """The team."""
    return can_run_event(actor, event_of(item))


def can_check_in(actor: Person | None, registration: Registration) -> bool:
    """The team."""
    return on_team(actor, registration.edition_id)


def is_admitted(registration: Registration | None) -> bool:
    """Whether a registration holds a seat: only then the stream is shown."""
    return registration is not None and registration.state in ADMITTED
