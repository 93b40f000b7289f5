"""Pages of intake: ``call`` for everybody, ``founder`` and ``writing`` for founders, ``staff`` and ``partner``."""

from accelerator.intake.views import call, files, form, founder, partner, preview, same, staff, writing
from accelerator.intake.views.blueprint import bp

__all__ = ["bp", "call", "files", "form", "founder", "partner", "preview", "same", "staff", "writing"]
