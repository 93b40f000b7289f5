"""Random tokens and what is kept of them. Pure."""

import hashlib
import secrets


def new_token() -> str:
    """32 random bytes, safe in an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """SHA-256 in hex: what the database keeps, so that reading it signs nobody in."""
    return hashlib.sha256(token.encode()).hexdigest()
