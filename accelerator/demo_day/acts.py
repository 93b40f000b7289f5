"""What the trail says of Demo Day: the acts, what they are done to, and what they change."""

from accelerator.core.acts import Act, Subject, choice, declare, number, row, typed
from accelerator.core.i18n import lazy
from accelerator.demo_day.models import InterestLevel, Phase, Vetting

ACTS = {
    "demo_day.interest_shown": Act(lazy("%(who)s showed interest in %(what)s")),
    "demo_day.interest_withdrawn": Act(lazy("%(who)s withdrew the interest in %(what)s")),
    "demo_day.introduction_agreed": Act(lazy("%(who)s agreed to an introduction: %(what)s")),
    "demo_day.introduction_refused": Act(lazy("%(who)s refused an introduction: %(what)s")),
    "demo_day.investor_asked": Act(lazy("%(what)s asked to be admitted as an investor")),
    "demo_day.investor_changed": Act(lazy("%(who)s changed the investor details of %(what)s")),
    "demo_day.investor_vetted": Act(
        lazy("%(who)s decided whether %(what)s is admitted as an investor"),
        by="vetting",
        sentences={
            "admitted": lazy("%(who)s admitted %(what)s as an investor"),
            "refused": lazy("%(who)s did not admit %(what)s as an investor"),
        },
    ),
    "demo_day.pitch_confirmed": Act(lazy("%(who)s confirmed the card of %(what)s")),
    "demo_day.pitch_skipped": Act(lazy("%(who)s left %(what)s out of the show")),
    "demo_day.pitch_taken_in": Act(lazy("%(who)s took %(what)s into the show again")),
    "demo_day.prepared": Act(lazy("%(who)s prepared the running order of %(what)s")),
    "demo_day.reordered": Act(lazy("%(who)s moved %(what)s in the running order")),
    "demo_day.stepped_back": Act(lazy("%(who)s went back one step on stage")),
    "show.before": Act(lazy("%(who)s set the stage to before the start")),
    "show.closed": Act(lazy("%(who)s closed the stage")),
    "show.pitch": Act(lazy("%(who)s called a pitch on stage")),
    "show.questions": Act(lazy("%(who)s opened the questions on stage")),
}
SUBJECTS = {
    "interest": Subject(
        lazy("Interest"), ("pitch_id", "startup_id", "name"), "demo_day.interests", about=("pitch_id", "startup_id")
    ),
    "investor": Subject(lazy("Investor"), ("firm",), "demo_day.admission"),
    "pitch": Subject(lazy("Pitch"), ("startup_id", "name"), "demo_day.control", about=("startup_id",)),
    "show": Subject(lazy("Demo Day's stage"), ("event_id", "title"), "demo_day.control"),
}
FIELDS = {
    "ask": typed(lazy("What they ask for")),
    "firm": typed(lazy("Firm")),
    "focus": typed(lazy("Focus")),
    "level": choice(lazy("Interest"), InterestLevel),
    "line": typed(lazy("In one sentence")),
    "pitch": row(lazy("Pitch"), "pitch"),
    "pitches": number(lazy("Pitches")),
    "position": number(lazy("Position")),
    "state": choice(lazy("State"), Phase),
    "vetted_by": row(lazy("Decided by"), "person"),
    "vetting": choice(lazy("Admission"), Vetting),
}
declare(__name__, ACTS, SUBJECTS, FIELDS)
