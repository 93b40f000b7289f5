"""What the trail says of mails and jobs: the acts, what they are done to, and what they change."""

from accelerator.core.acts import Act, Field, Subject, declare
from accelerator.core.i18n import lazy

ACTS = {
    "notifications.discarded": Act(lazy("%(who)s kept the mail “%(what)s” from being sent")),
    "notifications.job_retried": Act(lazy("%(who)s had a job tried again")),
    "notifications.retried": Act(lazy("%(who)s had the mail “%(what)s” tried again")),
}
SUBJECTS = {
    "message": Subject(lazy("Mail"), ("subject",), "notifications.message", {"message_id": ("id",)}),
}
FIELDS = {
    "name": Field(lazy("Name")),
    "state": Field(lazy("State")),
}
declare(__name__, ACTS, SUBJECTS, FIELDS)
