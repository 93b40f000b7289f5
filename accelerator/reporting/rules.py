"""Who may see and make reports.

The figures are sums over all applications. Whom a conflict of interest bars from one of them could subtract what they
may see and learn how the barred one stands, so the figures open for them when the decisions are released: from then on
how it ended is known outside too.
"""

from accelerator.accounts.models import Person, Role
from accelerator.accounts.rules import holds, on_team
from accelerator.programmes.models import Edition, Figure
from accelerator.reporting.models import Report, Snapshot
from accelerator.reporting.queries.snapshots import is_withheld


def can_read_reports(actor: Person | None, edition: Edition) -> bool:
    """The team and partners."""
    return _reads(actor, edition.id)


def can_read_figures(actor: Person | None, edition: Edition) -> bool:
    """Whoever reads the reports, unless the figures would tell of an application that bars them."""
    return can_read_reports(actor, edition) and not _withheld(actor, edition.id)


def can_freeze(actor: Person | None, edition: Edition) -> bool:
    """The team, as far as it reads the figures."""
    return can_make_reports(actor, edition) and not _withheld(actor, edition.id)


def can_make_reports(actor: Person | None, edition: Edition) -> bool:
    """The team alone freezes figures and orders reports."""
    return on_team(actor, edition.id)


def can_read(actor: Person | None, subject: Snapshot | Report) -> bool:
    """Whoever reads the figures of its edition."""
    return _reads(actor, subject.edition_id) and not _withheld(actor, subject.edition_id)


def can_write_down(actor: Person | None, figure: Figure) -> bool:
    """The team corrects and removes what sources outside report."""
    return on_team(actor, figure.edition_id)


def can_make(actor: Person | None, subject: Snapshot | Report) -> bool:
    """Whoever freezes the figures of its edition."""
    return on_team(actor, subject.edition_id) and not _withheld(actor, subject.edition_id)


def _withheld(actor: Person | None, edition_id: int) -> bool:
    return actor is not None and is_withheld(edition_id, actor)


def _reads(actor: Person | None, edition_id: int) -> bool:
    return on_team(actor, edition_id) or holds(actor, edition_id, Role.PARTNER)
