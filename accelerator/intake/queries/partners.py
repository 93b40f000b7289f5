"""Partners who read: whether one does, and the list of what they read.

A partner reads where their organisation's part includes it, once the call is no longer sealed, and only applications
whose consent to exactly that organisation is in force. What bars them as a person stays barred.
"""

from typing import Any

from sqlalchemy import ColumnElement, func, select

from accelerator.accounts.models import Person
from accelerator.core.db import remembered, session
from accelerator.core.pagination import Key, Page, page
from accelerator.intake.consent_models import Purpose
from accelerator.intake.models import COUNTED, Application
from accelerator.intake.queries.consents import has_consented
from accelerator.intake.queries.visibility import visible_to
from accelerator.programmes.models import Edition, Host, Sector
from accelerator.programmes.queries import host_of


def reading_host(edition: Edition, person: Person) -> Host | None:
    """The organisation for which this partner reads now; None where they don't.

    Rules and the navigation of one page all ask, so a session that only reads remembers the answer.
    """
    return remembered(("reading host", person.id, edition.id), lambda: _reading_host(edition, person))


def _reading_host(edition: Edition, person: Person) -> Host | None:
    host = None if edition.is_sealed else host_of(edition.id, person)
    return host if host and host.reads_applications else None


def partner_rows(edition: Edition, viewer: Person, host: Host, mark: str | None) -> Page[Any]:
    """What was sent, by reference: reference, name, one line, country, sector, state, when it was sent."""
    shown: Any = (
        select(
            Application.name,
            Application.one_line,
            Application.country,
            Sector.name.label("sector"),
            Application.state,
            Application.submitted_at,
            Application.reference.label("reference"),
        )
        .outerjoin(Sector, Sector.id == Application.sector_id)
        .where(Application.edition_id == edition.id, *_is_read(viewer, host))
    )
    return page(shown, [Key(Application.reference)], mark=mark)


def partner_total(edition: Edition, viewer: Person, host: Host) -> int:
    """How many applications that list has."""
    statement = select(func.count(Application.id)).where(Application.edition_id == edition.id, *_is_read(viewer, host))
    return session().scalar(statement) or 0


def _is_read(viewer: Person, host: Host) -> tuple[ColumnElement[bool], ...]:
    return Application.state.in_(COUNTED), visible_to(viewer), has_consented(Purpose.HOST, host)
