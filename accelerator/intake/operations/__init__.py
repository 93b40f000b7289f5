"""Writes to forms and applications. each of these modules does one thing."""
