"""Pages of selection, one file per subject: the board, decisions, the release, letters and offers, the cohort."""

from accelerator.selection.views import board, cohort, decision, letters, minutes, offers, partner, release
from accelerator.selection.views.blueprint import bp

__all__ = ["board", "bp", "cohort", "decision", "letters", "minutes", "offers", "partner", "release"]
