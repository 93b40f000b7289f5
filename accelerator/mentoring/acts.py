"""What the trail says of mentoring: the acts, what they are done to, and what they change."""

from accelerator.core.acts import Act, Field, Subject, declare
from accelerator.core.i18n import lazy

ACTS = {
    "mentor_session.cancelled": Act(lazy("%(who)s cancelled the session %(what)s")),
    "mentor_session.held": Act(lazy("%(who)s noted that the session %(what)s took place")),
    "mentor_session.missed": Act(lazy("%(who)s noted that the session %(what)s was missed")),
    "mentor_session.moved": Act(lazy("%(who)s moved the session %(what)s away")),
    "mentoring.action_done": Act(lazy("%(who)s ticked off “%(what)s”")),
    "mentoring.action_reopened": Act(lazy("%(who)s took the tick off “%(what)s”")),
    "mentoring.agreed": Act(lazy("%(who)s noted what was agreed: “%(what)s”")),
    "mentoring.booked": Act(lazy("%(who)s booked the session %(what)s")),
    "mentoring.exception_added": Act(lazy("%(who)s changed single days of %(what)s")),
    "mentoring.exception_removed": Act(lazy("%(who)s removed a change of single days of %(what)s")),
    "mentoring.hours_offered": Act(lazy("%(who)s offered hours of %(what)s")),
    "mentoring.hours_withdrawn": Act(lazy("%(who)s withdrew hours of %(what)s")),
    "mentoring.log_corrected": Act(lazy("%(who)s corrected the notes of the session %(what)s")),
    "mentoring.logged": Act(lazy("%(who)s wrote the notes of the session %(what)s")),
    "mentoring.mentor_added": Act(lazy("%(who)s made %(what)s a mentor")),
    "mentoring.mentor_edited": Act(lazy("%(who)s changed the mentor page of %(what)s")),
    "mentoring.mentor_paused": Act(lazy("%(who)s paused bookings with %(what)s")),
    "mentoring.mentor_resumed": Act(lazy("%(who)s opened bookings with %(what)s again")),
    "mentoring.moved": Act(lazy("%(who)s booked the session %(what)s in place of another")),
    "mentoring.settled": Act(
        lazy("%(who)s settled who came to the session %(what)s"),
        "came",
        {
            "both": lazy("%(who)s settled that both sides came to the session %(what)s"),
            "no_startup": lazy("%(who)s settled that the startup missed the session %(what)s"),
            "no_mentor": lazy("%(who)s settled that the mentor missed the session %(what)s"),
            "neither": lazy("%(who)s settled that both sides missed the session %(what)s"),
        },
    ),
}
SUBJECTS = {
    "agreed_action": Subject(
        lazy("Agreed action"), ("text",), "mentoring.session", {"reference": ("session_id", "reference")}
    ),
    "mentor": Subject(lazy("Mentor"), ("person_id",), "mentoring.mentor", {"mentor_slug": ("slug",)}, person=True),
    "mentor_session": Subject(lazy("Session"), ("reference",), "mentoring.session", {"reference": ("reference",)}),
}
FIELDS = {
    "about": Field(lazy("About")),
    "done": Field(lazy("Done")),
    "expertise": Field(lazy("Sectors")),
    "hours": Field(lazy("Hours")),
    "languages": Field(lazy("Languages")),
    "name": Field(lazy("Name")),
    "owner": Field(lazy("Owner")),
    "paused": Field(lazy("Paused")),
    "side": Field(lazy("Side")),
    "starts_at": Field(lazy("Starts")),
    "startup": Field(lazy("Startup")),
    "state": Field(lazy("State")),
    "text": Field(lazy("Text")),
}
declare(__name__, ACTS, SUBJECTS, FIELDS)
