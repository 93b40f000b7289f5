"""Forgetting tries to sign in that no limit counts any more."""

from accelerator.accounts import operations
from accelerator.accounts.models import PURGE_ATTEMPTS


def purge_attempts() -> None:
    """Forget what is old; repeatable."""
    operations.purge_attempts()


HANDLERS = {PURGE_ATTEMPTS.name: purge_attempts}
