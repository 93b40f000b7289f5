"""Beginning an application: with the lifelong record of a firm, or with a new one."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accelerator.accounts.models import Person, Role
from accelerator.accounts.operations.roles import give_role
from accelerator.accounts.queries import membership_of
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, lock
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.text import clean_line
from accelerator.core.times import latest_day
from accelerator.intake.answers.prefill import founders_still_there, known_answers
from accelerator.intake.models import Application, ApplicationState, Form
from accelerator.intake.operations.drafts import require_open
from accelerator.intake.queries import beginning as known
from accelerator.intake.queries import drafts, forms
from accelerator.programmes.models import Edition
from accelerator.programmes.operations.numbering import next_reference
from accelerator.startups import queries as startups
from accelerator.startups.models import Founder, Startup
from accelerator.startups.names import name_key
from accelerator.startups.operations.access import give_everybody_access
from accelerator.startups.operations.record import register_startup

RECORD = ("name", "native_name", "one_line", "one_line_ja", "country", "prefecture", "city", "website", "founded")


@dataclass(frozen=True)
class Known:
    """What a new draft begins with, and what the page says about it."""

    answers: dict[str, Any]
    prefilled: dict[str, Any] | None


def start_application(
    edition: Edition,
    *,
    at: datetime,
    actor: Person,
    name: str = "",
    startup: Startup | None = None,
    another: bool = False,
) -> Application:
    """Begin a draft for a firm of the person, with what is known of it filled in, or for a new firm called ``name``.

    ``another`` says that the person means a new firm although they have an application in this call already. Refused
    outside of the call, where the firm has an application in it already, and after the end of the founder's role. All
    founders of the firm get that role.
    """
    lock(edition)  # references are given one by one, and nobody starts twice
    require_open(edition, at)
    form = forms.current_form(edition)
    if form is None:
        raise Refused(_("The form of this call is not ready yet."))
    if startup is None and not another:
        _refuse_second(drafts.application_of(actor, edition))
    _admit(edition, actor)
    chosen = _own(startup, actor) if startup is not None else _named(clean_line(name)[:120], edition, actor)
    _refuse_second(known.application_in(edition, chosen))
    filled = _known(chosen, form, latest_day(edition.zone, actor.zone))
    application = add(
        Application(
            edition_id=edition.id,
            reference=next_reference(edition.id, "A", Application.reference),
            startup_id=chosen.id,
            applicant_id=actor.id,
            state=ApplicationState.DRAFT,
            answers=filled.answers,
            name=chosen.name,
            prefilled=filled.prefilled,
            saved_at=clock.now(),
            created_at=clock.now(),
        )
    )
    give_everybody_access(chosen.id, actor=actor)
    audit(actor, "application.started", application, reference=[None, application.reference])
    return application


def _refuse_second(present: Application | None) -> None:
    if present is not None:
        raise Refused(_("You have %(reference)s already. Open it and go on there.", reference=present.reference))


def _own(startup: Startup, actor: Person) -> Startup:
    if not startups.is_founder(actor, startup.id):
        raise Refused(_("You are not a founder of this startup."), field="firm")
    return startup


def _named(name: str, edition: Edition, actor: Person) -> Startup:
    """The person's own firm of this name, which they need not register twice; else a new one.

    A firm that withdrew its application in this call can only begin again as a new record.
    """
    if not name:
        raise Refused(_("Enter the name of your company or team."), field="name")
    for firm in startups.startups_of(actor):
        if name_key(firm.name) == name_key(name):
            present = known.application_in(edition, firm)
            if present is None or present.state is not ApplicationState.WITHDRAWN:
                return firm
    return register_startup(name=name, actor=actor)


def _known(startup: Startup, form: Form, today: date) -> Known:
    """What the record and the last application that was sent say. The table of founders leaves out who left."""
    rows = startups.founders(startup)
    gone = [row.email for row in rows if row.email and (row.left_at is not None or row.declined_at is not None)]
    record = {key: getattr(startup, key) for key in RECORD}
    last = known.last_sent(startup)
    sent, kinds = (last.answers, known.question_kinds(last.form_id)) if last else ({}, {})
    if last is None:
        return Known({"name": startup.name}, None)
    table = founders_still_there(sent.get("founders"), gone) or [_row(row) for row in rows if row.has_access]
    answers = known_answers(forms.plain_form(form), record, {**sent, "founders": table}, kinds, today)
    return Known(answers, {"keys": list(answers), "at": last.sent_at.isoformat()})


def _row(founder: Founder) -> dict[str, Any]:
    row = {"name": founder.name, "role": founder.title, "email": founder.email, "equity": founder.equity_percent}
    return {**{key: value for key, value in row.items() if value is not None}, "full_time": founder.full_time}


def _admit(edition: Edition, person: Person) -> None:
    """Let the person act as a founder in the edition; whom the team took that role from asks the team."""
    held = membership_of(person, edition.id, Role.FOUNDER)
    if held is not None and held.ended_at is not None:
        raise Refused(_("Your role as a founder in this call has ended. Write to the team if you want to apply again."))
    give_role(person, edition.id, Role.FOUNDER, actor=person)
