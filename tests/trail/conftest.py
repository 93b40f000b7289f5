"""The database fixture that runs a test on SQLite and on PostgreSQL."""

from tests.services.databases import any_database

__all__ = ["any_database"]
