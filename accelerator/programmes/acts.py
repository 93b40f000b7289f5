"""What the trail says of programmes and their editions: the acts, what they are done to, and what they change."""

from accelerator.core.acts import Act, Field, Page, Subject, declare
from accelerator.core.i18n import lazy

ACTS = {
    "programmes.edition_planned": Act(lazy("%(who)s planned %(what)s")),
    "programmes.founded": Act(lazy("%(who)s made the programme %(what)s")),
    "programmes.hosts_changed": Act(lazy("%(who)s changed the organisations of %(what)s")),
    "programmes.plan_changed": Act(lazy("%(who)s changed the settings of %(what)s")),
    "programmes.sectors_changed": Act(lazy("%(who)s changed the sectors of %(what)s")),
}
SUBJECTS = {
    "figure": Subject(lazy("Reported figure"), ("label",)),
    "edition": Subject(lazy("Edition"), ("name",), "programmes.settings"),
    "programme": Subject(lazy("Programme"), ("name",)),
}
FIELDS = {
    "announced_on": Field(lazy("Announced")),
    "closes_at": Field(lazy("Closes")),
    "coaching_ends_on": Field(lazy("Coaching ends")),
    "decisions_on": Field(lazy("Decisions")),
    "demo_day_on": Field(lazy("Demo Day")),
    "hosts": Field(lazy("Organisations")),
    "name": Field(lazy("Name")),
    "opens_at": Field(lazy("Opens")),
    "places": Field(lazy("Places")),
    "sealed": Field(lazy("Sealed until the close")),
    "sectors": Field(lazy("Sectors")),
    "slug": Field(lazy("Short name for addresses")),
    "starts_on": Field(lazy("Programme starts")),
    "theme": Field(lazy("Theme")),
    "two_person_release": Field(lazy("Two people release decisions")),
    "zone": Field(lazy("Time zone")),
}
PAGES = {"link": Page("programmes.people"), "membership": Page("programmes.people")}
declare(__name__, ACTS, SUBJECTS, FIELDS, PAGES)
