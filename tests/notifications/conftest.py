"""Mails are written on both databases."""

from tests.services.databases import any_database

__all__ = ["any_database"]
