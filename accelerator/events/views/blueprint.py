"""The blueprint that the pages of this stage hang on."""

from accelerator.core.web import Feature

bp = Feature("events", __name__)
