"""What the trail says of applications and the form: the acts, what they are done to, and what they change."""

from collections.abc import Mapping
from typing import Any

from accelerator.core.acts import Act, Field, Subject, choice, declare, instant, number, row, typed, unseen
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.intake.forms_of_questions import AUDIENCE_LABELS, KIND_LABELS
from accelerator.intake.models import ApplicationState
from accelerator.intake.operations import bulk
from accelerator.intake.queries import listing
from accelerator.intake.roles import QuestionRole

ACTS = {
    "application.answered": Act(lazy("%(who)s answered the question about %(what)s")),
    "application.ask_dropped": Act(lazy("%(who)s withdrew the question about %(what)s")),
    "application.asked": Act(lazy("%(who)s asked the applicant of %(what)s a question")),
    "application.copy_ordered": Act(lazy("%(who)s had a PDF copy of %(what)s made")),
    "application.draft": Act(lazy("%(who)s reinstated the draft %(what)s")),
    "application.declined": Act(lazy("%(what)s was declined, released by %(who)s")),
    "application.eligible": Act(
        lazy("%(what)s became eligible, by %(who)s"),
        by="state",
        sentences={"withdrawn eligible": lazy("%(who)s reinstated %(what)s")},
    ),
    "application.exported": Act(lazy("%(who)s exported applications of %(what)s"), is_sum=True),
    "application.forgotten": Act(lazy("The draft %(what)s was removed: nobody had sent it long after the close")),
    "application.ineligible": Act(
        lazy("%(what)s became ineligible, confirmed by %(who)s"),
        by="state",
        sentences={"withdrawn ineligible": lazy("%(who)s reinstated %(what)s")},
    ),
    "application.joined": Act(lazy("%(what)s joined, by %(who)s")),
    "application.many_changed": Act(lazy("%(who)s changed many applications of %(what)s"), is_sum=True),
    "application.offered": Act(lazy("%(what)s got an offer, released by %(who)s")),
    "application.opened": Act(lazy("%(who)s opened the answers of %(what)s before the close")),
    "application.owner_given": Act(lazy("%(who)s changed the owner of %(what)s")),
    "application.sent": Act(
        lazy("%(who)s sent %(what)s"),
        by="state",
        sentences={
            "withdrawn sent": lazy("%(who)s reinstated %(what)s"),
            "eligible sent": lazy("%(who)s put %(what)s back into screening"),
            "ineligible sent": lazy("%(who)s put %(what)s back into screening"),
        },
    ),
    "application.sent_again": Act(lazy("%(who)s sent %(what)s again")),
    "application.started": Act(lazy("%(who)s started %(what)s")),
    "application.tagged": Act(lazy("%(who)s tagged %(what)s")),
    "application.turned_down": Act(lazy("%(who)s turned down the place for %(what)s")),
    "application.untagged": Act(lazy("%(who)s took a tag off %(what)s")),
    "application.waiting": Act(lazy("%(what)s was put on the waitlist, released by %(who)s")),
    "application.withdrawn": Act(lazy("%(who)s withdrew %(what)s")),
    "attachment.added": Act(lazy("%(who)s added the file %(what)s")),
    "attachment.opened": Act(lazy("%(who)s opened the file %(what)s before the close")),
    "attachment.removed": Act(lazy("%(who)s removed a file from %(what)s")),
    "consent.given": Act(lazy("%(who)s gave a consent again for %(what)s")),
    "consent.withdrawn": Act(lazy("%(who)s withdrew a consent for %(what)s")),
    "application.written_to": Act(lazy("%(who)s wrote to the applicants of %(what)s")),
    "extension.code_given": Act(lazy("%(who)s gave somebody without an application more time than the call")),
    "extension.given": Act(lazy("%(who)s gave %(what)s more time than the call")),
    "extension.revoked": Act(lazy("%(who)s took back extra time")),
    "extension.used": Act(lazy("%(who)s used a code for a late application")),
    "form.created": Act(lazy("%(who)s created the application form")),
    "form.draft_discarded": Act(lazy("%(who)s discarded the draft of the application form")),
    "form.published": Act(lazy("%(who)s published a new version of the application form"), is_sum=True),
    "form.question_added": Act(lazy("%(who)s added a question to the application form")),
    "form.question_changed": Act(lazy("%(who)s changed a question of the application form")),
    "form.question_moved": Act(lazy("%(who)s moved a question of the application form")),
    "form.question_removed": Act(lazy("%(who)s removed a question from the application form")),
    "form.version_started": Act(lazy("%(who)s began a new version of the application form")),
    "notice.changed": Act(lazy("%(who)s changed the privacy notice of %(what)s")),
    "saved_view.changed": Act(lazy("%(who)s changed a view of the applications")),
    "saved_view.created": Act(lazy("%(who)s saved a view of the applications")),
    "saved_view.removed": Act(lazy("%(who)s removed a view of the applications")),
    "tag.created": Act(lazy("%(who)s created the tag %(what)s")),
    "tag.removed": Act(lazy("%(who)s removed a tag")),
    "tag.renamed": Act(lazy("%(who)s renamed the tag %(what)s")),
    "note.edited": Act(lazy("%(who)s edited a note about %(what)s")),
    "note.removed": Act(lazy("%(who)s removed a note about %(what)s")),
    "note.written": Act(lazy("%(who)s wrote a note about %(what)s")),
}
_APPLICATION = "intake.application"
SUBJECTS = {
    "application": Subject(
        lazy("Application"), ("reference",), _APPLICATION, {"reference": ("reference",)}, about=("id",)
    ),
    "attachment": Subject(
        lazy("File"),
        ("file_name",),
        _APPLICATION,
        {"reference": ("application_id", "reference")},
        about=("application_id",),
        is_answer=True,
    ),
    "conflict": Subject(
        lazy("Conflict of interest"),
        ("application_id", "reference"),
        _APPLICATION,
        {"reference": ("application_id", "reference")},
        about=("application_id",),
    ),
    "consent": Subject(
        lazy("Consent"),
        ("application_id", "reference"),
        _APPLICATION,
        {"reference": ("application_id", "reference")},
        about=("application_id",),
    ),
    "extension": Subject(
        lazy("More time"),
        ("application_id", "reference"),
        _APPLICATION,
        {"reference": ("application_id", "reference")},
        about=("application_id",),
    ),
    "form": Subject(lazy("Application form"), (), "intake.form"),
    "note": Subject(
        lazy("Note"),
        ("application_id", "reference"),
        _APPLICATION,
        {"reference": ("application_id", "reference")},
        about=("application_id",),
    ),
    "saved_view": Subject(lazy("Saved view")),
    "tag": Subject(lazy("Tag"), ("name",), "intake.rename_tag", {"tag_id": ("id",)}),
}
VIEWS = {listing.ALL: lazy("All"), listing.ABROAD: lazy("Abroad"), listing.HOME: lazy("At home")}


def _limits(value: Any) -> Any:
    longest = value.get("max") if isinstance(value, Mapping) else None
    return _("%(num)s characters at most", num=longest) if longest else None


def _bulk_verb(name: str) -> Any:
    offered = bulk.act(name)
    return offered.label if offered else None


FIELDS = {
    "act": Field(lazy("Act"), plain=True, words=_bulk_verb),
    "application": number(lazy("Application")),
    "asked": number(lazy("Applications asked for what is new")),
    "audience": choice(lazy("Read by"), AUDIENCE_LABELS),
    "box": typed(lazy("Consent")),
    "carried": number(lazy("Filled in from the last application")),
    "choices": typed(lazy("Choices")),
    "contact": typed(lazy("Contact")),
    "count": number(lazy("How many")),
    "digest": unseen(),
    "drafts": number(lazy("Drafts that moved")),
    "email": typed(lazy("E-mail address")),
    "further": typed(lazy("Further")),
    "help": typed(lazy("Help")),
    "hosts": typed(lazy("Organisations")),
    "key": unseen(),
    "kind": choice(lazy("Kind"), KIND_LABELS),
    "label": typed(lazy("Wording")),
    "limits": Field(lazy("Limits"), plain=True, whole=_limits),
    "name": typed(lazy("Name")),
    "owner": row(lazy("Owner"), "person"),
    "person_id": row(lazy("Whose"), "person"),
    "position": number(lazy("Position")),
    "question": typed(lazy("Question")),
    "reference": number(lazy("Reference")),
    "required": number(lazy("Required")),
    "responsible": typed(lazy("Responsible")),
    "revision": number(lazy("Revision")),
    "role": choice(lazy("Used as"), QuestionRole),
    "section": typed(lazy("Page of the form")),
    "shown_if": unseen(),
    "state": choice(lazy("State"), ApplicationState),
    "tag": typed(lazy("Tag")),
    "until": instant(lazy("Until")),
    "version": number(lazy("Version")),
    "view": choice(lazy("View"), VIEWS, ApplicationState),
}
declare(__name__, ACTS, SUBJECTS, FIELDS)
