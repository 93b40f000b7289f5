"""Writes about milestones and numbers."""

from accelerator.progress.operations.metrics import (
    correct_value,
    create_metrics,
    jumps_in,
    send_numbers,
    set_target,
    set_verified,
)
from accelerator.progress.operations.milestones import (
    File,
    add_milestone,
    bring_back,
    change_milestone,
    comment,
    drop,
    hand_in,
    remove_evidence,
    review,
)
from accelerator.progress.operations.templates import (
    add_template,
    apply_templates,
    change_template,
    create_templates,
    remove_template,
)

__all__ = [
    "File", "add_milestone", "add_template", "apply_templates", "bring_back", "change_milestone", "change_template",
    "comment", "correct_value", "create_metrics", "create_templates", "drop", "hand_in", "jumps_in", "remove_evidence",
    "remove_template", "review", "send_numbers", "set_target", "set_verified",
]  # fmt: skip
