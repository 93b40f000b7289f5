"""The stage's routes hang on this."""

from accelerator.core.web import Feature

bp = Feature("screening", __name__)
