"""Pages of accounts. ``visitor`` tells who makes a request; the other files are the pages."""

from accelerator.accounts.views import addresses, entrance, links, profile
from accelerator.accounts.views.blueprint import bp

__all__ = ["addresses", "bp", "entrance", "links", "profile"]
