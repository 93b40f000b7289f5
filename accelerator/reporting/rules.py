"""Who may see and make reports."""

from accelerator.accounts.models import Person, Role
from accelerator.accounts.rules import holds, on_team
from accelerator.programmes.models import Edition, Figure
from accelerator.reporting.models import Report, Snapshot


def can_read_reports(actor: Person | None, edition: Edition) -> bool:
    """The team and partners."""
    return _reads(actor, edition.id)


def can_make_reports(actor: Person | None, edition: Edition) -> bool:
    """The team alone freezes figures and orders reports."""
    return on_team(actor, edition.id)


def can_read(actor: Person | None, subject: Snapshot | Report) -> bool:
    """Whoever reads the reports of its edition."""
    return _reads(actor, subject.edition_id)


def can_write_down(actor: Person | None, figure: Figure) -> bool:
    """The team corrects and removes what sources outside report."""
    return on_team(actor, figure.edition_id)


def can_make(actor: Person | None, subject: Snapshot | Report) -> bool:
    """Whoever makes the reports of its edition."""
    return on_team(actor, subject.edition_id)


def _reads(actor: Person | None, edition_id: int) -> bool:
    return on_team(actor, edition_id) or holds(actor, edition_id, Role.PARTNER)
