"""Pages of intake: ``call`` for everybody, ``founder`` and ``writing`` for founders, ``staff`` for the team."""

from accelerator.intake.views import call, files, form, founder, preview, same, staff, writing
from accelerator.intake.views.blueprint import bp

__all__ = ["bp", "call", "files", "form", "founder", "preview", "same", "staff", "writing"]
