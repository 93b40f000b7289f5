"""Pages of selection, one file per subject: the board, the release, letters and offers, the cohort."""

from accelerator.selection.views import board, cohort, letters, release
from accelerator.selection.views.blueprint import bp

__all__ = ["board", "bp", "cohort", "letters", "release"]
