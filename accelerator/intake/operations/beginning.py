"""Beginning an application: with the lifelong record of a firm, or with a new one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accelerator.accounts.models import Person, Role
from accelerator.accounts.operations.roles import give_role
from accelerator.accounts.queries import membership_of
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, lock
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.text import clean_line
from accelerator.core.times import latest_day
from accelerator.intake.answers.prefill import Sent, founders_still_there, known_answers, only_name
from accelerator.intake.answers.readiness import is_ready
from accelerator.intake.models import Application, ApplicationState, Form
from accelerator.intake.operations.drafts import open_problems
from accelerator.intake.operations.freezing import freeze
from accelerator.intake.operations.more_time import take_up
from accelerator.intake.queries import beginning as known
from accelerator.intake.queries import drafts, forms, openings
from accelerator.intake.roles import QuestionRole
from accelerator.programmes.models import Edition
from accelerator.programmes.operations.numbering import next_reference
from accelerator.startups import queries as startups
from accelerator.startups.models import Founder, Startup
from accelerator.startups.names import name_key
from accelerator.startups.operations.access import give_everybody_access
from accelerator.startups.operations.record import register_startup

R = QuestionRole
RECORD = (
    R.NAME,
    R.NATIVE_NAME,
    R.ONE_LINE,
    R.ONE_LINE_JA,
    R.COUNTRY,
    R.PREFECTURE,
    R.CITY,
    R.WEBSITE,
    R.FOUNDED,
)
"""Roles whose answers the lifelong record has, in columns of their names."""


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
    refuse(call_problems(edition, at=at, actor=actor))
    refuse(firm_problems(edition, name=name, startup=startup, another=another, actor=actor))
    give_role(actor, edition.id, Role.FOUNDER, actor=actor)
    name = _shortened(name)
    chosen = startup or _of_this_name(name, edition, actor) or register_startup(name=name, actor=actor)
    form = _form(edition)
    freeze(form)
    filled = _known(chosen, form, latest_day(edition.zone, actor.zone))
    application = add(
        Application(
            edition_id=edition.id,
            reference=next_reference(edition.id, "A", Application.reference),
            startup_id=chosen.id,
            applicant_id=actor.id,
            state=ApplicationState.DRAFT,
            form_id=form.id,
            answers=filled.answers,
            name=chosen.name,
            prefilled=filled.prefilled,
            saved_at=clock.now(),
            created_at=clock.now(),
        )
    )
    give_everybody_access(chosen.id, actor=actor)
    if (extension := openings.own_extension(actor, edition)) is not None:
        take_up(extension, application)
    audit(actor, "application.started", application, reference=[None, application.reference])
    return application


def call_problems(edition: Edition, *, at: datetime, actor: Person) -> Iterator[Refused]:
    """Why the person can't begin anything in this call: outside of it, unless a code of their own gives them time, and
    after the end of the founder's role.
    """
    if not openings.lasts(openings.own_extension(actor, edition), edition, at):
        yield from open_problems(edition, at)
    form = forms.current_form(edition)
    if form is None or not is_ready(forms.plain_form(form)):
        yield Refused(_("The form of this call is not ready yet."))
    held = membership_of(actor, edition.id, Role.FOUNDER)
    if held is not None and held.ended_at is not None:
        yield Refused(_("Your role as a founder in this call has ended. Write to the team if you want to apply again."))


def firm_problems(
    edition: Edition, *, name: str, startup: Startup | None, another: bool, actor: Person
) -> Iterator[Refused]:
    """Why the person can't begin an application for this firm; see :func:`start_application`."""
    present = drafts.application_of(actor, edition) if startup is None and not another else None
    if startup is not None and not startups.is_founder(actor, startup.id):
        yield Refused(_("You are not a founder of this startup."), field="firm")
    elif present is None:
        firm = startup or _of_this_name(_shortened(name), edition, actor)
        present = known.application_in(edition, firm) if firm else None
    if startup is None and not clean_line(name):
        yield Refused(_("Enter the name of your company or team."), field="name")
    if present is not None:
        yield Refused(_("You already have %(reference)s. Open it and continue there.", reference=present.reference))


def _shortened(name: str) -> str:
    return clean_line(name)[:120]


def _of_this_name(name: str, edition: Edition, actor: Person) -> Startup | None:
    """The person's own firm of this name, which they need not register twice; None where a new one is meant.

    A firm that withdrew its application in this call can only begin again as a new record.
    """
    for firm in startups.startups_of(actor) if name else ():
        if name_key(firm.name) == name_key(name):
            present = known.application_in(edition, firm)
            if present is None or present.state is not ApplicationState.WITHDRAWN:
                return firm
    return None


def _form(edition: Edition) -> Form:
    form = forms.current_form(edition)
    if form is None:
        raise Refused(_("The form of this call is not ready yet."))
    return form


def _known(startup: Startup, form: Form, today: date) -> Known:
    """What the record and the last application that was sent say. The table of founders leaves out who left."""
    rows = startups.founders(startup)
    gone = [row.email for row in rows if row.email and (row.left_at is not None or row.declined_at is not None)]
    record = {role: getattr(startup, role.value) for role in RECORD}
    last, plain = known.last_sent(startup), forms.plain_form(form)
    if last is None:
        return Known(only_name(plain, record), None)
    asked = known.asked(last.form_id)
    keys = {role: key for key, _kind, role in asked if role is not None}
    founders = keys.get(R.FOUNDERS, "")
    table = founders_still_there(last.answers.get(founders), gone) or [_row(row) for row in rows if row.has_access]
    sent = Sent({**last.answers, founders: table}, {key: kind for key, kind, _role in asked}, keys)
    answers = known_answers(plain, record, sent, today)
    return Known(answers, {"keys": list(answers), "at": last.sent_at.isoformat()})


def _row(founder: Founder) -> dict[str, Any]:
    row = {"name": founder.name, "role": founder.title, "email": founder.email, "equity": founder.equity_percent}
    return {**{key: value for key, value in row.items() if value is not None}, "full_time": founder.full_time}
