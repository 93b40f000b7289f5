"""Who may read an edition's mails and steer its jobs."""

from accelerator.accounts.models import Person
from accelerator.accounts.rules import on_team
from accelerator.notifications.queries import Island


def can_see_mail(actor: Person | None, edition: Island) -> bool:
    """The team of the edition: mails hold what others were told."""
    return on_team(actor, edition.id)
