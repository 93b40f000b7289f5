"""What the trail says of the record of a startup: the acts, what they are done to, and what they change."""

from accelerator.core.acts import Act, Field, Subject, declare
from accelerator.core.i18n import lazy

ACTS = {
    "startup.founder_confirmed": Act(lazy("%(who)s confirmed being a founder: %(what)s")),
    "startup.founder_declined": Act(lazy("%(what)s declined to be a founder")),
    "startup.founder_invited": Act(lazy("%(who)s invited a founder: %(what)s")),
    "startup.founder_left": Act(lazy("%(what)s left the founders")),
    "startup.founder_removed": Act(lazy("%(who)s removed a founder: %(what)s")),
    "startup.founder_uninvited": Act(lazy("%(who)s withdrew the invitation of a founder: %(what)s")),
    "startup.founders_recorded": Act(lazy("%(who)s changed the founders of %(what)s")),
    "startup.lead_handed_over": Act(lazy("%(who)s handed over the lead of %(what)s")),
    "startup.profile_recorded": Act(lazy("%(who)s changed the profile of %(what)s"), is_answer=True),
    "startup.registered": Act(lazy("%(who)s registered %(what)s")),
}
SUBJECTS = {
    "founder": Subject(lazy("Founder"), ("name",)),
    "startup": Subject(lazy("Startup"), ("name",)),
}
FIELDS = {
    "changed": Field(lazy("Changed")),
    "name": Field(lazy("Name")),
    "person": Field(lazy("Person")),
}
declare(__name__, ACTS, SUBJECTS, FIELDS)
