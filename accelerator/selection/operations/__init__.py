"""Writes of selection, one file per subject: decisions, releases, offers."""

from accelerator.selection.operations.decisions import decide, undecide
from accelerator.selection.operations.letters import letter_kind, preview
from accelerator.selection.operations.offers import (
    accept_offer,
    answer_by,
    lapse_offer,
    make_offer,
    move_up,
    remind_and_lapse,
    turn_down_offer,
)
from accelerator.selection.operations.releases import (
    approve_release,
    cancel_release,
    digest_of,
    prepare_release,
    release_decisions,
)

__all__ = [
    "accept_offer", "answer_by", "approve_release", "cancel_release", "decide", "digest_of", "lapse_offer",
    "letter_kind", "make_offer", "move_up", "prepare_release", "preview", "release_decisions", "remind_and_lapse",
    "turn_down_offer", "undecide",
]  # fmt: skip
