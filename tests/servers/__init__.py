"""Real servers for the tests: PostgreSQL, Valkey, an SMTP sink and a browser. Nothing needs installing or root."""
