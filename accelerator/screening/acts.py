"""What the trail says of screening: the acts, what they are done to, and what they change."""

from accelerator.core.acts import Act, Subject, choice, declare, number, tally, unseen
from accelerator.core.i18n import lazy
from accelerator.screening.models import OUTCOME_LABELS, REASONS

ACTS = {
    "screening.checked": Act(lazy("The rules were checked on %(what)s, asked by %(who)s")),
    "screening.judged": Act(
        lazy("%(who)s gave %(what)s a verdict"),
        by="verdict",
        sentences={
            "pass": lazy("%(who)s passed %(what)s"),
            "fail": lazy("%(who)s failed %(what)s"),
            "ask": lazy("%(who)s asked %(what)s for more"),
        },
    ),
    "screening.overruled": Act(
        lazy("%(who)s gave %(what)s a verdict against the rules"),
        by="verdict",
        sentences={
            "pass": lazy("%(who)s passed %(what)s against the rules"),
            "fail": lazy("%(who)s failed %(what)s against the rules"),
        },
    ),
    "screening.rule_made": Act(lazy("%(who)s created the rule %(what)s")),
    "screening.rule_begun": Act(lazy("%(who)s began the rule %(what)s")),
    "screening.rule_drafted": Act(lazy("%(who)s changed the draft of the rule %(what)s")),
    "screening.rule_draft_discarded": Act(lazy("%(who)s discarded the draft of the rule %(what)s")),
    "screening.rule_saved": Act(lazy("%(who)s saved the rule %(what)s")),
    "screening.rule_tried": Act(lazy("%(who)s tried the draft of the rule %(what)s on all applications")),
    "screening.rule_switched_off": Act(lazy("%(who)s switched the rule %(what)s off")),
    "screening.rule_switched_on": Act(lazy("%(who)s switched the rule %(what)s on")),
    "screening.run_asked": Act(lazy("%(who)s had the rules of %(what)s checked again")),
    "screening.taken_back": Act(lazy("%(who)s took back the verdict on %(what)s")),
}
SUBJECTS = {"eligibility_rule": Subject(lazy("Eligibility rule"), ("label",), "screening.rule_list")}
FIELDS = {
    "key": unseen(),
    "outcomes": tally(lazy("Outcomes"), OUTCOME_LABELS),
    "version": number(lazy("Version")),
    "verdict": choice(lazy("Verdict"), OUTCOME_LABELS, REASONS),
}
declare(__name__, ACTS, SUBJECTS, FIELDS)
