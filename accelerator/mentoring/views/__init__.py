"""Pages of this stage, one file per subject."""

from accelerator.mentoring.views import booking, hours, mentors, sessions
from accelerator.mentoring.views.feature import bp

__all__ = ["booking", "bp", "hours", "mentors", "sessions"]
