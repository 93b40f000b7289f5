"""Journeys in a real browser through a real installation: web server, workers, Valkey, database, files."""
