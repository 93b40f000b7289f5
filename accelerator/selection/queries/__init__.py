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
    cohort_sizes,
    is_in_cohort,
    people_of,
    startup_of,
)
from accelerator.selection.queries.feedback import FeedbackLine, feedback_lines, feedback_mark
from accelerator.selection.queries.letters import (
    letter_application,
    letter_candidate,
    released_decision,
    waitlist_band,
)
from accelerator.selection.queries.log import Change, Minute, changes, minutes
from accelerator.selection.queries.offers import (
    OfferLine,
    WaitLine,
    has_ended,
    last_scores,
    next_waiting,
    offer_of,
    offer_page,
    open_and_waiting,
    open_offers,
    places_left,
    waitlist_page,
)
from accelerator.selection.queries.order import entries, overview, to_discuss
from accelerator.selection.queries.panels import Said, said, side_by_side
from accelerator.selection.queries.releases import (
    Concerns,
    Desk,
    Gap,
    GapCount,
    LetterLine,
    PendingLetter,
    Screened,
    concerns,
    desk,
    gap_count,
    gap_count_for,
    gaps,
    last_release,
    letter_counts,
    letter_lines,
    lock_candidates,
    missing_texts,
    pending_letter,
    pending_letters,
    recipients,
    release_of,
    release_under_way,
    screened_by,
)
from accelerator.selection.queries.signing import Signature, conflicting_letters, signature

__all__ = [
    "Change", "CohortLine", "Concerns", "Desk", "FeedbackLine", "Gap", "GapCount", "LetterLine", "Minute", "OfferLine",
    "PendingLetter", "Reading", "Said", "Screened", "Signature", "WaitLine", "changes", "cohort", "cohort_entry", "cohort_lines", "cohort_sizes",
    "concerns", "conflicting_letters", "decided_counts", "decision", "desk", "entries", "feedback_lines", "feedback_mark",
    "gap_count", "gap_count_for", "gaps", "has_ended",
    "is_in_cohort", "judged_application", "last_release", "last_scores", "letter_application", "letter_candidate", "letter_counts",
    "letter_lines", "lock_candidates", "minutes", "missing_texts", "next_waiting", "offer_of", "offer_page",
    "offer_pairs", "open_and_waiting", "open_offers", "overview", "pending", "pending_letter", "pending_letters",
    "people_of", "places_left", "reading", "recipients", "release_of", "release_under_way", "released_decision",
    "rounds", "said", "screened_by", "side_by_side", "signature", "startup_of", "to_discuss", "waitlist_band", "waitlist_page",
]  # fmt: skip
