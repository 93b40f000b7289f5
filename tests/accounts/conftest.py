"""Where accounts are tried: guesses that come at once run on both databases."""

from tests.services.databases import any_database

__all__ = ["any_database"]
