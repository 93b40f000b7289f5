"""Pages of accounts. ``visitor`` tells who makes a request; the other files are the pages."""

from accelerator.accounts.views import entrance, links, profile
from accelerator.accounts.views.blueprint import bp

__all__ = ["bp", "entrance", "links", "profile"]
