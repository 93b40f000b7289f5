"""Forms of this stage, one file per subject: shape and choices only."""

from accelerator.scoring.forms.choices import options, people_choices
from accelerator.scoring.forms.conflicts import ConflictForm, OwnConflictsForm, StaffConflictForm
from accelerator.scoring.forms.reviews import AbstainForm, ReviewForm, review_form
from accelerator.scoring.forms.rounds import CommitmentForm, InviteForm, ReadForm, RoundForm, StaffCommitmentForm
from accelerator.scoring.forms.rubric import CriterionForm, RubricForm, rubric_form

__all__ = [
    "AbstainForm", "CommitmentForm", "ConflictForm", "CriterionForm", "InviteForm", "OwnConflictsForm", "ReadForm",
    "ReviewForm", "RoundForm", "RubricForm", "StaffCommitmentForm", "StaffConflictForm", "options", "people_choices",
    "review_form", "rubric_form",
]  # fmt: skip
