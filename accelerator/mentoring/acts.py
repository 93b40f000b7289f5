"""What the trail says of mentoring: the acts, what they are done to, and what they change."""

from typing import Any

from accelerator.core.acts import Act, Field, Subject, choice, day, declare, instant, language, number, row, typed
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy, locale
from accelerator.mentoring.models import TOPICS, SessionState, Side

ACTS = {
    "mentor_session.cancelled": Act(lazy("%(who)s cancelled the session %(what)s")),
    "mentor_session.held": Act(lazy("%(who)s noted that the session %(what)s took place")),
    "mentor_session.missed": Act(lazy("%(who)s noted that the session %(what)s was missed")),
    "mentor_session.moved": Act(lazy("%(who)s moved the session %(what)s away")),
    "mentoring.action_done": Act(lazy("%(who)s ticked off “%(what)s”")),
    "mentoring.action_reopened": Act(lazy("%(who)s reopened “%(what)s”")),
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
        lazy("Agreed action"),
        ("text",),
        "mentoring.session",
        {"reference": ("session_id", "reference")},
        about=("session_id", "startup_id"),
    ),
    "mentor": Subject(lazy("Mentor"), ("person_id",), "mentoring.mentor", {"mentor_slug": ("slug",)}, person=True),
    "mentor_session": Subject(
        lazy("Session"), ("reference",), "mentoring.session", {"reference": ("reference",)}, about=("startup_id",)
    ),
}
CAME = {
    "both": lazy("Both sides came"),
    "no_startup": lazy("The startup did not come"),
    "no_mentor": lazy("The mentor did not come"),
    "neither": lazy("Neither side came"),
    "unknown": lazy("Not known"),
}
WHETHER = {"present": lazy("Present"), "missed": lazy("Absent"), "unknown": lazy("Not known")}
SIDES = {Side.MENTOR: lazy("Mentor"), Side.STARTUP: lazy("Startup")}


def _hours(value: Any) -> Any:
    weekday, start, end = value
    name = locale().days["format"]["abbreviated"][int(weekday)]
    return f"{name} {start[:5]}–{end[:5]}"


def _exception(value: Any) -> Any:
    kind, first, last, start, end = value
    days = day("").words
    span = f"{days(first)}–{days(last)}" if days and first != last else str(days(first)) if days else ""
    return _("away on %(days)s", days=span) if kind == "away" else f"{span} {start[:5]}–{end[:5]}"


FIELDS = {
    "bio": typed(lazy("About")),
    "buffer_minutes": number(lazy("Minutes between sessions")),
    "came": choice(lazy("Who came"), CAME),
    "daily_cap": number(lazy("Sessions a day")),
    "done": number(lazy("Done")),
    "exception": Field(lazy("Single days"), plain=True, whole=_exception),
    "headline": typed(lazy("Headline")),
    "horizon_days": number(lazy("Days ahead")),
    "hours": Field(lazy("Hours"), plain=True, whole=_hours),
    "languages": language(lazy("Languages")),
    "mentor_came": choice(lazy("The mentor"), WHETHER),
    "minutes": number(lazy("Minutes")),
    "note": typed(lazy("Note")),
    "notice_hours": number(lazy("Hours of notice")),
    "other_came": number(lazy("The other side came")),
    "owner": choice(lazy("Owner"), SIDES),
    "paused": number(lazy("Paused")),
    "private_note": typed(lazy("Private note")),
    "side": choice(lazy("Side"), SIDES),
    "starts_at": instant(lazy("Starts")),
    "startup": row(lazy("Startup"), "startup"),
    "startup_came": choice(lazy("The startup"), WHETHER),
    "state": choice(lazy("State"), SessionState),
    "text": typed(lazy("Text")),
    "topics": choice(lazy("Topics"), TOPICS),
    "useful": number(lazy("How useful")),
    "video_link": typed(lazy("Video link")),
}
declare(__name__, ACTS, SUBJECTS, FIELDS)
