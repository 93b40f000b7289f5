"""What the trail says of events: the acts, what they are done to, and what they change."""

from accelerator.core.acts import Act, Field, Subject, declare
from accelerator.core.i18n import lazy

ACTS = {
    "events.added_agenda_item": Act(lazy("%(who)s added “%(what)s” to an agenda")),
    "events.called_off": Act(lazy("%(who)s called off %(what)s")),
    "events.changed": Act(lazy("%(who)s changed %(what)s")),
    "events.changed_agenda_item": Act(lazy("%(who)s changed “%(what)s” on an agenda")),
    "events.created": Act(lazy("%(who)s planned the event %(what)s")),
    "events.exported_guests": Act(lazy("%(who)s exported the guests of %(what)s")),
    "events.moved_agenda_item": Act(lazy("%(who)s moved “%(what)s” on an agenda")),
    "events.published": Act(lazy("%(who)s published %(what)s")),
    "events.registered": Act(lazy("%(what)s was registered for an event, by %(who)s")),
    "events.removed_agenda_item": Act(lazy("%(who)s removed “%(what)s” from an agenda")),
    "events.resumed": Act(lazy("%(who)s took back that %(what)s was called off")),
    "events.taken_back": Act(lazy("%(who)s took %(what)s off the public pages")),
    "registration.attended": Act(lazy("%(who)s checked in %(what)s")),
    "registration.cancelled": Act(lazy("%(who)s cancelled the registration of %(what)s")),
    "registration.registered": Act(lazy("%(what)s has a place at an event, by %(who)s")),
    "registration.waiting": Act(lazy("%(what)s waits for a place at an event, by %(who)s")),
}
SUBJECTS = {
    "agenda_item": Subject(lazy("Agenda item"), ("title",), "events.edit_event", {"event_slug": ("event_id", "slug")}),
    "event": Subject(lazy("Event"), ("title",), "events.edit_event", {"event_slug": ("slug",)}),
    "registration": Subject(
        lazy("Registration"), ("name",), "events.registrations", {"event_slug": ("event_id", "slug")}
    ),
}
FIELDS = {
    "about": Field(lazy("About")),
    "ends_at": Field(lazy("Ends")),
    "event_id": Field(lazy("Event")),
    "kind": Field(lazy("Kind")),
    "mode": Field(lazy("Mode")),
    "place": Field(lazy("Place")),
    "places": Field(lazy("Places")),
    "position": Field(lazy("Position")),
    "rows": Field(lazy("Rows")),
    "starts_at": Field(lazy("Starts")),
    "state": Field(lazy("State")),
    "title": Field(lazy("Title")),
}
declare(__name__, ACTS, SUBJECTS, FIELDS)
