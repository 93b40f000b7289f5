"""The blueprint of this stage."""

from accelerator.core import doors
from accelerator.core.i18n import lazy
from accelerator.core.web import Feature

bp = Feature("mentoring", __name__)
doors.offer("startup", lazy("Sessions"), "mentoring.sessions", ("team", "founder", "mentor"))
