"""What the trail is about: for each table how its rows are called and which page shows one. Data, keyed by the table's name.

A path leads from a row along its foreign keys to the column that names it: ``("application_id", "reference")``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from accelerator.core.db import Base
from accelerator.core.i18n import lazy

Path = tuple[str, ...]


@dataclass(frozen=True)
class Subject:
    """A kind of row. ``label`` names the kind, ``name`` leads to a row's own name, ``page`` to the address of its page.

    ``person`` says that ``name`` leads to a person's id; ``counted`` that the name is a number and wants its kind in
    front; ``parts`` are those of the address besides the edition.
    """

    label: Any
    name: Path = ()
    page: str | None = None
    parts: Mapping[str, Path] = field(default_factory=dict)
    person: bool = False
    counted: bool = False


_APPLICATION = "intake.application"
SUBJECTS: dict[str, Subject] = {
    "agenda_item": Subject(lazy("Agenda item"), ("title",), "events.edit_event", {"event_slug": ("event_id", "slug")}),
    "agreed_action": Subject(
        lazy("Agreed action"), ("text",), "mentoring.session", {"reference": ("session_id", "reference")}
    ),
    "application": Subject(lazy("Application"), ("reference",), _APPLICATION, {"reference": ("reference",)}),
    "assignment": Subject(
        lazy("Read"), ("application_id", "reference"), _APPLICATION, {"reference": ("application_id", "reference")}
    ),
    "attachment": Subject(lazy("File"), ("file_name",), _APPLICATION, {"reference": ("application_id", "reference")}),
    "commitment": Subject(
        lazy("Reviewer's commitment"), ("person_id",), "scoring.reviewer",
        {"number": ("round_id", "number"), "commitment_id": ("id",)}, person=True,
    ),
    "conflict": Subject(lazy("Conflict of interest"), ("application_id", "reference"), "scoring.conflicts"),
    "edition": Subject(lazy("Edition"), ("name",), "programmes.settings"),
    "eligibility_rule": Subject(lazy("Eligibility rule"), ("label",), "screening.queue"),
    "event": Subject(lazy("Event"), ("title",), "events.edit_event", {"event_slug": ("slug",)}),
    "fit": Subject(lazy("Scores"), ("round_id", "name"), "scoring.method", {"number": ("round_id", "number")}),
    "form": Subject(lazy("Application form"), (), "intake.form"),
    "interest": Subject(lazy("Interest"), ("pitch_id", "startup_id", "name"), "demo_day.interests"),
    "investor": Subject(lazy("Investor"), ("firm",), "demo_day.admission"),
    "link": Subject(lazy("Invitation or link"), ("email",), "programmes.people"),
    "membership": Subject(lazy("Role"), ("person_id",), "programmes.people", person=True),
    "mentor": Subject(
        lazy("Mentor"), ("person_id",), "mentoring.mentor", {"mentor_slug": ("slug",)}, person=True
    ),
    "mentor_session": Subject(lazy("Session"), ("reference",), "mentoring.session", {"reference": ("reference",)}),
    "message": Subject(lazy("Mail"), ("subject",), "notifications.message", {"message_id": ("id",)}),
    "metric_value": Subject(lazy("Number"), ("metric_id", "label"), "progress.value", {"value_id": ("id",)}),
    "milestone": Subject(lazy("Milestone"), ("title",), "progress.milestone", {"milestone_id": ("id",)}),
    "milestone_template": Subject(
        lazy("Milestone template"), ("title",), "progress.template", {"template_id": ("id",)}
    ),
    "offer": Subject(
        lazy("Offer"), ("application_id", "reference"), _APPLICATION, {"reference": ("application_id", "reference")}
    ),
    "person": Subject(lazy("Person"), ("id",), person=True),
    "pitch": Subject(lazy("Pitch"), ("startup_id", "name"), "demo_day.control"),
    "plan": Subject(
        lazy("Assignment plan"), ("round_id", "name"), "scoring.plan",
        {"number": ("round_id", "number"), "plan_id": ("id",)},
    ),
    "programme": Subject(lazy("Programme"), ("name",)),
    "registration": Subject(
        lazy("Registration"), ("name",), "events.registrations", {"event_slug": ("event_id", "slug")}
    ),
    "release": Subject(lazy("Release of decisions"), (), "selection.release"),
    "report": Subject(
        lazy("Snapshot"), ("snapshot_id", "number"), "reporting.report", {"report_id": ("id",)}, counted=True
    ),
    "review": Subject(
        lazy("Review"), ("assignment_id", "application_id", "reference"), _APPLICATION,
        {"reference": ("assignment_id", "application_id", "reference")},
    ),
    "round": Subject(lazy("Round"), ("name",), "scoring.round", {"number": ("number",)}),
    "show": Subject(lazy("Demo Day's stage"), ("event_id", "title"), "demo_day.control"),
    "sign_in": Subject(lazy("Sign-in"), ("person_id",), person=True),
    "snapshot": Subject(lazy("Snapshot"), ("number",), "reporting.snapshot", {"number": ("number",)}, counted=True),
    "startup": Subject(lazy("Startup"), ("name",)),
}  # fmt: skip


def row_class(table: str) -> Any:
    """The mapped class of a table."""
    return next(mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__tablename__ == table)


FIELDS: dict[str, Any] = {
    "question": lazy("Question"),
    "label": lazy("Wording"),
    "help": lazy("Help"),
    "required": lazy("Required"),
    "limits": lazy("Limits"),
    "choices": lazy("Choices"),
    "shown_if": lazy("Asked only if"),
    "audience": lazy("Read by"),
    "section": lazy("Page of the form"),
    "key": lazy("Key"),
    "about": lazy("About"), "added": lazy("Added"), "announced_on": lazy("Announced"), "answer": lazy("Answer"),
    "application": lazy("Application"), "blind": lazy("Blind"), "capacity": lazy("Capacity"),
    "changed": lazy("Changed"), "closes_at": lazy("Closes"), "coaching_ends_on": lazy("Coaching ends"),
    "count": lazy("How many"), "counts": lazy("How many"), "decision": lazy("Decision"),
    "decisions_on": lazy("Decisions"), "demo_day_on": lazy("Demo Day"), "detail": lazy("Detail"),
    "digest": lazy("Checksum"), "done": lazy("Done"), "due_on": lazy("Due"), "email": lazy("E-mail"),
    "ends_at": lazy("Ends"), "event_id": lazy("Event"), "expertise": lazy("Sectors"), "expires_at": lazy("Expires"),
    "family_name": lazy("Family name"), "filters": lazy("Filters"), "given_name": lazy("Given name"),
    "hosts": lazy("Organisations"), "hours": lazy("Hours"), "is_site_admin": lazy("Site administrator"),
    "kind": lazy("Kind"), "language": lazy("Language"), "languages": lazy("Languages"), "letters": lazy("Letters"),
    "metrics": lazy("Numbers"), "mode": lazy("Mode"), "name": lazy("Name"), "native_name": lazy("Name as written at home"),
    "network": lazy("Network"), "number": lazy("Number"), "opens_at": lazy("Opens"), "outcomes": lazy("Outcomes"),
    "owner": lazy("Owner"), "paused": lazy("Paused"), "person": lazy("Person"), "place": lazy("Place"),
    "places": lazy("Places"), "position": lazy("Position"), "purpose": lazy("Purpose"), "reads": lazy("Reads"),
    "reference": lazy("Reference"), "result": lazy("Result"), "reviewer": lazy("Reviewer"), "revision": lazy("Revision"),
    "role": lazy("Role"), "rows": lazy("Rows"), "sealed": lazy("Sealed until the close"), "sectors": lazy("Sectors"),
    "side": lazy("Side"), "slug": lazy("Short name for addresses"), "starts_at": lazy("Starts"),
    "starts_on": lazy("Programme starts"), "startup": lazy("Startup"), "state": lazy("State"), "status": lazy("Status"),
    "target": lazy("Target"), "text": lazy("Text"), "theme": lazy("Theme"), "title": lazy("Title"),
    "total": lazy("Total"), "two_person_release": lazy("Two people release decisions"), "value": lazy("Value"),
    "verdict": lazy("Verdict"), "version": lazy("Version"), "vetting": lazy("Admission"), "view": lazy("View"),
    "zone": lazy("Time zone"),
}  # fmt: skip
"""What changed, in words; a name that is not here is shown as the program has it."""
