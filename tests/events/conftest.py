"""Databases of both kinds for the tests of this folder."""

from tests.services.databases import any_database

__all__ = ["any_database"]
