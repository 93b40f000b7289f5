"""Writes about events and registrations."""
