"""What the trail says of applications and the form: the acts, what they are done to, and what they change."""

from accelerator.core.acts import Act, Field, Subject, declare
from accelerator.core.i18n import lazy

ACTS = {
    "application.answered": Act(lazy("%(who)s answered the question about %(what)s")),
    "application.ask_dropped": Act(lazy("%(who)s took back the question about %(what)s")),
    "application.asked": Act(lazy("%(who)s asked the applicant of %(what)s a question")),
    "application.declined": Act(lazy("%(what)s was declined, released by %(who)s")),
    "application.eligible": Act(lazy("%(what)s became eligible, by %(who)s")),
    "application.exported": Act(lazy("%(who)s exported applications of %(what)s")),
    "application.ineligible": Act(lazy("%(what)s became ineligible, confirmed by %(who)s")),
    "application.joined": Act(lazy("%(what)s joined, by %(who)s")),
    "application.offered": Act(lazy("%(what)s got an offer, released by %(who)s")),
    "application.opened": Act(lazy("%(who)s opened the answers of %(what)s before the close")),
    "application.sent": Act(lazy("%(who)s sent %(what)s, or put it back among the sent ones")),
    "application.sent_again": Act(lazy("%(who)s sent %(what)s again")),
    "application.started": Act(lazy("%(who)s started %(what)s")),
    "application.turned_down": Act(lazy("The place of %(what)s was turned down, by %(who)s")),
    "application.waiting": Act(lazy("%(what)s went on the waiting list, released by %(who)s")),
    "application.withdrawn": Act(lazy("%(who)s withdrew %(what)s")),
    "attachment.added": Act(lazy("%(who)s added the file %(what)s")),
    "attachment.opened": Act(lazy("%(who)s opened the file %(what)s before the close")),
    "attachment.removed": Act(lazy("%(who)s removed a file from %(what)s")),
    "form.created": Act(lazy("%(who)s made the application form")),
    "form.question_added": Act(lazy("%(who)s added a question to the application form")),
    "form.question_changed": Act(lazy("%(who)s changed a question of the application form")),
    "form.question_moved": Act(lazy("%(who)s moved a question of the application form")),
    "form.question_removed": Act(lazy("%(who)s removed a question from the application form")),
}
_APPLICATION = "intake.application"
SUBJECTS = {
    "application": Subject(lazy("Application"), ("reference",), _APPLICATION, {"reference": ("reference",)}),
    "attachment": Subject(lazy("File"), ("file_name",), _APPLICATION, {"reference": ("application_id", "reference")}),
    "conflict": Subject(
        lazy("Conflict of interest"),
        ("application_id", "reference"),
        _APPLICATION,
        {"reference": ("application_id", "reference")},
    ),
    "form": Subject(lazy("Application form"), (), "intake.form"),
}
FIELDS = {
    "application": Field(lazy("Application")),
    "audience": Field(lazy("Read by")),
    "choices": Field(lazy("Choices")),
    "count": Field(lazy("How many")),
    "digest": Field(lazy("Checksum")),
    "help": Field(lazy("Help")),
    "hosts": Field(lazy("Organisations")),
    "key": Field(lazy("Key")),
    "kind": Field(lazy("Kind")),
    "label": Field(lazy("Wording")),
    "limits": Field(lazy("Limits")),
    "position": Field(lazy("Position")),
    "question": Field(lazy("Question")),
    "reference": Field(lazy("Reference")),
    "required": Field(lazy("Required")),
    "revision": Field(lazy("Revision")),
    "section": Field(lazy("Page of the form")),
    "shown_if": Field(lazy("Asked only if")),
    "state": Field(lazy("State")),
    "version": Field(lazy("Version")),
    "view": Field(lazy("View")),
}
declare(__name__, ACTS, SUBJECTS, FIELDS)
