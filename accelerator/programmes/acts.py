"""What the trail says of programmes and their editions: the acts, what they are done to, and what they change."""

from accelerator.core.acts import Act, Page, Subject, choice, day, declare, instant, number, typed, zone
from accelerator.core.i18n import lazy
from accelerator.programmes.models import Mode

ACTS = {
    "programmes.call_extended": Act(lazy("%(who)s extended the call of %(what)s")),
    "programmes.edition_planned": Act(lazy("%(who)s planned %(what)s")),
    "programmes.founded": Act(lazy("%(who)s created the programme %(what)s")),
    "programmes.hosts_changed": Act(lazy("%(who)s changed the organisations of %(what)s")),
    "programmes.partners_changed": Act(lazy("%(who)s changed which organisations the partners of %(what)s come from")),
    "programmes.plan_changed": Act(lazy("%(who)s changed the settings of %(what)s")),
    "programmes.sectors_changed": Act(lazy("%(who)s changed the sectors of %(what)s")),
}
SUBJECTS = {
    "figure": Subject(lazy("Reported figure"), ("label",)),
    "edition": Subject(lazy("Edition"), ("name",), "programmes.settings"),
    "programme": Subject(lazy("Programme"), ("name",)),
}
FIELDS = {
    "about": typed(lazy("About")),
    "accepts_until": instant(lazy("Late applications accepted until")),
    "announced_on": day(lazy("Announced")),
    "closes_at": instant(lazy("Closes")),
    "coaching_ends_on": day(lazy("Coaching ends")),
    "decisions_on": day(lazy("Decisions")),
    "demo_day_on": day(lazy("Demo Day")),
    "extended_from": instant(lazy("Extended from")),
    "hosts": typed(lazy("Organisations")),
    "mode": choice(lazy("Mode"), Mode),
    "name": typed(lazy("Name")),
    "opens_at": instant(lazy("Opens")),
    "partners": number(lazy("Partners")),
    "place": typed(lazy("Place")),
    "places": number(lazy("Places")),
    "sealed": number(lazy("Sealed until the close")),
    "sectors": typed(lazy("Sectors")),
    "slug": number(lazy("Short name for web addresses")),
    "starts_on": day(lazy("Programme starts")),
    "theme": typed(lazy("Theme")),
    "two_person_release": number(lazy("Two people release decisions")),
    "zone": zone(lazy("Time zone")),
}
PAGES = {"link": Page("programmes.people"), "membership": Page("programmes.people")}
declare(__name__, ACTS, SUBJECTS, FIELDS, PAGES)
