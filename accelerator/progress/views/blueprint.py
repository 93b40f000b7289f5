"""The blueprint that the pages of this stage hang on."""

from accelerator.core import doors
from accelerator.core.i18n import lazy
from accelerator.core.web import Feature

bp = Feature("progress", __name__)
doors.offer("startup", lazy("Milestones"), "progress.milestones", ("team", "founder", "partner"))
doors.offer("startup", lazy("Numbers"), "progress.numbers", ("team", "founder"))
