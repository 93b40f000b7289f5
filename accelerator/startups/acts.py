"""What the trail says of the record of a startup: the acts, what they are done to, and what they change."""

from accelerator.core.acts import Act, Field, Subject, declare
from accelerator.core.i18n import lazy

ACTS = {
    "startup.founders_recorded": Act(lazy("%(who)s changed the founders of %(what)s")),
    "startup.profile_recorded": Act(lazy("%(who)s changed the profile of %(what)s"), is_answer=True),
    "startup.registered": Act(lazy("%(who)s registered %(what)s")),
}
SUBJECTS = {
    "startup": Subject(lazy("Startup"), ("name",)),
}
FIELDS = {
    "changed": Field(lazy("Changed")),
    "name": Field(lazy("Name")),
}
declare(__name__, ACTS, SUBJECTS, FIELDS)
