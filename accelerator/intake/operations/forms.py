"""Making the form of a call."""

from dataclasses import asdict
from typing import Any

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, lock, session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.intake import queries
from accelerator.intake.default_form.business import TRACKS
from accelerator.intake.default_form.sections import SECTIONS
from accelerator.intake.default_form.shapes import QuestionData, SectionData
from accelerator.intake.models import Form, Question, Section, Track
from accelerator.programmes.models import Edition

HOSTS_QUESTION = "consent_hosts"  # its boxes are the edition's own: one for each host that reads the answers


def create_form(edition: Edition, *, actor: Person | None) -> Form:
    """Give the edition its own copy of the default form, and its tracks. Refused if it has a form already."""
    lock(edition)
    if queries.current_form(edition) is not None:
        raise Refused(_("This edition has a form already."))
    form = add(Form(edition_id=edition.id, version=1, published_at=clock.now()))
    hosts = queries.host_consents(edition)
    for position, data in enumerate(SECTIONS, 1):
        _add_section(form, data, position, hosts)
    known = {track.key for track in queries.tracks(edition)}
    session().add_all(
        Track(edition_id=edition.id, key=key, name=name) for key, name in TRACKS if not known and key not in known
    )
    audit(actor, "form.created", form, version=[None, 1])
    session().refresh(form)
    return form


def _add_section(form: Form, data: SectionData, position: int, hosts: list[dict[str, Any]]) -> None:
    section = add(Section(form_id=form.id, key=data.key, title=data.title, help=data.help, position=position))
    asked = [question for question in data.questions if hosts or question.key != HOSTS_QUESTION]
    session().add_all(_question(section, question, number, hosts) for number, question in enumerate(asked, 1))


def _question(section: Section, data: QuestionData, position: int, hosts: list[dict[str, Any]]) -> Question:
    values = asdict(data)
    if data.key == HOSTS_QUESTION:
        values["choices"] = hosts
    return Question(section_id=section.id, position=position, **values)
