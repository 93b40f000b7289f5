"""What the trail says of events: the acts, what they are done to, and what they change."""

from accelerator.core.acts import Act, Subject, choice, declare, instant, number, row, typed
from accelerator.core.i18n import lazy
from accelerator.events.models import EventKind, RegistrationState

ACTS = {
    "events.added_agenda_item": Act(lazy("%(who)s added “%(what)s” to an agenda")),
    "events.called_off": Act(lazy("%(who)s cancelled %(what)s")),
    "events.changed": Act(lazy("%(who)s changed %(what)s")),
    "events.changed_agenda_item": Act(lazy("%(who)s changed “%(what)s” on an agenda")),
    "events.created": Act(lazy("%(who)s planned the event %(what)s")),
    "events.exported_guests": Act(lazy("%(who)s exported the guests of %(what)s")),
    "events.moved_agenda_item": Act(lazy("%(who)s moved “%(what)s” on an agenda")),
    "events.published": Act(lazy("%(who)s published %(what)s")),
    "events.registered": Act(lazy("%(what)s was registered for an event, by %(who)s")),
    "events.removed_agenda_item": Act(lazy("%(who)s removed “%(what)s” from an agenda")),
    "events.resumed": Act(lazy("%(who)s undid the cancellation of %(what)s")),
    "events.taken_back": Act(lazy("%(who)s took %(what)s off the public pages")),
    "registration.asked": Act(lazy("%(what)s is asked to confirm a registration, by %(who)s")),
    "registration.attended": Act(lazy("%(who)s checked in %(what)s")),
    "registration.cancelled": Act(lazy("%(who)s cancelled the registration of %(what)s")),
    "registration.registered": Act(lazy("%(what)s has a seat at an event, by %(who)s")),
    "registration.waiting": Act(lazy("%(what)s waits for a seat at an event, by %(who)s")),
}
SUBJECTS = {
    "agenda_item": Subject(lazy("Agenda item"), ("title",), "events.edit_event", {"event_slug": ("event_id", "slug")}),
    "event": Subject(lazy("Event"), ("title",), "events.edit_event", {"event_slug": ("slug",)}),
    "registration": Subject(
        lazy("Registration"), ("name",), "events.registrations", {"event_slug": ("event_id", "slug")}
    ),
}
FIELDS = {
    "about": typed(lazy("About")),
    "capacity": number(lazy("Capacity")),
    "ends_at": instant(lazy("Ends")),
    "kind": choice(lazy("Kind"), EventKind),
    "minutes": number(lazy("Minutes")),
    "parent_id": row(lazy("Part of"), "event"),
    "position": number(lazy("Position")),
    "public": number(lazy("Open to everybody")),
    "published": number(lazy("Published")),
    "recording_url": typed(lazy("Recording")),
    "rows": number(lazy("Rows")),
    "speaker": typed(lazy("Speaker")),
    "starts_at": instant(lazy("Starts")),
    "state": choice(lazy("State"), RegistrationState),
    "stream_url": typed(lazy("Stream")),
    "title": typed(lazy("Title")),
}
declare(__name__, ACTS, SUBJECTS, FIELDS)
