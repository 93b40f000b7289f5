"""Pages of accounts. ``visitor`` tells who makes a request; the other files are the pages."""

from accelerator.core.web import Feature

bp = Feature("accounts", __name__)
