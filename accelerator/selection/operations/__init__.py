"""Writes of selection, one file per subject: decisions, releases, offers."""

from accelerator.selection.operations.decisions import decide, decision_mark, undecide
from accelerator.selection.operations.feedback import Wording, share_feedback
from accelerator.selection.operations.freezing import Frozen, cancel_release, what_it_undoes
from accelerator.selection.operations.letters import letter_kind, preview
from accelerator.selection.operations.offers import (
    ANSWER_DAYS,
    accept_offer,
    answer_by,
    end_of,
    make_offer,
    move_up,
    remind_and_lapse,
    turn_down_offer,
)
from accelerator.selection.operations.releases import (
    approval_problems,
    approve_release,
    digest_of,
    preparation_problems,
    prepare_release,
    release_decisions,
)

__all__ = [
    "ANSWER_DAYS", "Frozen", "Wording", "accept_offer", "answer_by", "approval_problems", "approve_release", "cancel_release", "decide", "decision_mark",
    "digest_of", "end_of", "letter_kind", "make_offer", "move_up", "preparation_problems", "prepare_release", "preview",
    "release_decisions", "remind_and_lapse", "share_feedback", "turn_down_offer", "undecide", "what_it_undoes",
]  # fmt: skip
