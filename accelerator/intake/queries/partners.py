"""Partners who read: whether one does, and the list of what they read.

A partner reads where their organisation's part includes it, once the call is no longer sealed, and only if every form
that was sent asked for the consent to exactly that organisation. What bars them as a person stays barred.
"""

from typing import Any

from sqlalchemy import func, select

from accelerator.accounts.models import Person
from accelerator.core.db import remembered, session
from accelerator.core.pagination import Key, Page, page
from accelerator.intake.models import COUNTED, Application, Form, Question, Revision, Section
from accelerator.intake.queries.forms import HOSTS_QUESTION, host_value
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
    return host if host and host.reads_applications and _is_agreed(edition, host) else None


def _is_agreed(edition: Edition, host: Host) -> bool:
    """Whether everybody who sent an application was asked about this organisation: nobody can send without a yes."""
    used = select(Revision.form_id).join(Form, Form.id == Revision.form_id).where(Form.edition_id == edition.id)
    asking = (
        select(Section.form_id, Question.choices)
        .join(Question, Question.section_id == Section.id)
        .where(Question.key == HOSTS_QUESTION, Section.form_id.in_(used))
    )
    value = host_value(host)
    asked = {form for form, choices in session().execute(asking) if value in {choice["value"] for choice in choices}}
    return set(session().scalars(used.distinct())) <= asked


def partner_rows(edition: Edition, viewer: Person, mark: str | None) -> Page[Any]:
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
        .where(Application.edition_id == edition.id, Application.state.in_(COUNTED), visible_to(viewer))
    )
    return page(shown, [Key(Application.reference)], mark=mark)


def partner_total(edition: Edition, viewer: Person) -> int:
    """How many applications that list has."""
    statement = select(func.count(Application.id)).where(
        Application.edition_id == edition.id, Application.state.in_(COUNTED), visible_to(viewer)
    )
    return session().scalar(statement) or 0
