"""Reads of the board, decisions, releases, offers and the cohort, one file per subject."""

from accelerator.selection.queries.board import (
    Reading,
    decided_counts,
    decision,
    judged_application,
    offer_pairs,
    pending,
    reading,
    rounds,
)
from accelerator.selection.queries.cohort import (
    CohortLine,
    cohort,
    cohort_entry,
    cohort_lines,
    is_in_cohort,
    people_of,
    startup_of,
)
from accelerator.selection.queries.letters import letter_application, released_decision, waitlist_band
from accelerator.selection.queries.log import Change, Minute, changes, minutes
from accelerator.selection.queries.offers import next_waiting, offer_of, open_offers, places_left, waitlist
from accelerator.selection.queries.order import entries, overview, to_discuss
from accelerator.selection.queries.panels import Said, said, side_by_side
from accelerator.selection.queries.releases import (
    Desk,
    Gap,
    decisions_to_release,
    desk,
    gaps,
    ineligible,
    last_release,
    lock_candidates,
    missing_texts,
    recipients,
)

__all__ = [
    "Change", "CohortLine", "Desk", "Gap", "Minute", "Reading", "Said", "changes", "cohort", "cohort_entry", "cohort_lines",
    "decided_counts", "decision", "decisions_to_release", "desk", "entries", "gaps", "ineligible",
    "is_in_cohort", "judged_application", "last_release", "letter_application", "lock_candidates", "minutes",
    "missing_texts", "next_waiting", "offer_of", "offer_pairs", "open_offers", "overview", "pending", "people_of",
    "places_left", "reading", "recipients", "released_decision", "rounds", "said", "side_by_side", "startup_of", "to_discuss",
    "waitlist",
    "waitlist_band",
]  # fmt: skip
