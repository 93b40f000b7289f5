"""The blueprint of selection, and what its pages share."""

from accelerator.core.web import Feature

bp = Feature("selection", __name__)
