"""Writes of this stage, one file per subject."""

from accelerator.scoring.operations.assigning import add_read, ensure_standings, remove_read
from accelerator.scoring.operations.conflicts import declare_conflict, declare_conflicts, lift_conflict, record_conflict
from accelerator.scoring.operations.fitting import ask_for_fit, store_fit
from accelerator.scoring.operations.planning import (
    ask_for_plan,
    discard_plan,
    publish_plan,
    store_plan,
    take_back_plan,
)
from accelerator.scoring.operations.reminding import (
    remind_now,
    remind_reviewers,
    reminder_text,
    review_reminders,
)
from accelerator.scoring.operations.reviewers import answer_invitation, invite_reviewers, set_commitment
from accelerator.scoring.operations.reviews import Stale, abstain, save_draft, submit_review
from accelerator.scoring.operations.rounds import change_round, close_round, create_round, date_problems, start_round
from accelerator.scoring.operations.rubrics import change_rubric

__all__ = [
    "Stale",
    "abstain",
    "add_read",
    "answer_invitation",
    "ask_for_fit",
    "ask_for_plan",
    "change_round",
    "change_rubric",
    "close_round",
    "create_round",
    "date_problems",
    "declare_conflict",
    "declare_conflicts",
    "discard_plan",
    "ensure_standings",
    "invite_reviewers",
    "lift_conflict",
    "publish_plan",
    "record_conflict",
    "remind_now",
    "remind_reviewers",
    "reminder_text",
    "remove_read",
    "review_reminders",
    "save_draft",
    "set_commitment",
    "start_round",
    "store_fit",
    "store_plan",
    "submit_review",
    "take_back_plan",
]  # fmt: skip
