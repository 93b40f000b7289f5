"""Fixtures of the intake's tests."""

from tests.services.databases import any_database, fresh_database

__all__ = ["any_database", "fresh_database"]
