"""What screening offers on the list of applications: to pass many, and to ask many the same question."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from wtforms.fields.choices import SelectChoice

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy, ngettext
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.operations.bulk import BulkAct, Values, declare
from accelerator.intake.operations.enquiries import text_problems
from accelerator.intake.queries import asking
from accelerator.intake.queries.forms import current_form
from accelerator.programmes.models import Edition
from accelerator.screening.forms import BulkAskForm
from accelerator.screening.models import REASONS, EligibilityRule, Outcome, RuleResult, Verdict
from accelerator.screening.operations.verdicts import give_verdict

Skipped = Mapping[int, str]


def _undecided(chosen: Select[int]) -> Skipped:
    """Those that have been decided, or whose verdict waits for something, with the state that they are in."""
    rows = session().execute(
        select(Application.id, Application.state, Verdict.outcome)
        .outerjoin(Verdict, Verdict.application_id == Application.id)
        .where(Application.id.in_(chosen))
    )
    return {
        number: str(state.label) if state is not ApplicationState.SENT else _("Has a verdict already")
        for number, state, outcome in rows
        if state is not ApplicationState.SENT or outcome is not None
    }


def _pass_skipped(edition: Edition, chosen: Select[int], values: Values) -> Skipped:
    failed = (
        select(RuleResult.application_id)
        .join(EligibilityRule, EligibilityRule.id == RuleResult.rule_id)
        .where(
            RuleResult.application_id.in_(chosen), RuleResult.outcome == Outcome.FAIL, EligibilityRule.active.is_(True)
        )
    )
    against = _("A rule fails: pass it on its own page, with a reason")
    return {**dict.fromkeys(session().scalars(failed), against), **_undecided(chosen)}


def _refuse_decided(application: Application) -> None:
    if application.state is not ApplicationState.SENT:
        raise Refused(_("This is “%(state)s” now, so that can't be done.", state=application.state.label))


def _pass(application: Application, values: Values, actor: Person, run_id: int) -> None:
    _refuse_decided(application)
    give_verdict(application, outcome=Outcome.PASS, reason_code=None, comment="", actor=actor)


def _ask_form(edition: Edition) -> BulkAskForm:
    form = BulkAskForm()
    form.about.choices = [
        SelectChoice("", _("Choose")),
        *(SelectChoice(key, text) for key, text in asking.subjects_for_all(edition).items()),
    ]
    return form


def _ask_values(form: Any) -> Values:
    return {
        "question": form.question.data or "",
        "about": form.about.data or None,
        "due_on": form.due_on.data.isoformat() if form.due_on.data else None,
        "reason_code": form.reason_code.data or None,
    }


def _due_on(values: Values) -> date | None:
    return date.fromisoformat(values["due_on"]) if values["due_on"] else None


def _ask_problems(edition: Edition, values: Values) -> Iterator[Refused]:
    if values["reason_code"] not in REASONS:
        yield Refused(_("Choose a reason."), field="reason_code")
    yield from text_problems(
        edition, current_form(edition), question=values["question"], about=values["about"], due_on=_due_on(values)
    )


def _ask(application: Application, values: Values, actor: Person, run_id: int) -> None:
    _refuse_decided(application)
    give_verdict(
        application,
        outcome=Outcome.ASK,
        reason_code=values["reason_code"],
        comment="",
        question=values["question"],
        about=values["about"],
        due_on=_due_on(values),
        actor=actor,
    )


declare(
    BulkAct(
        "ask",
        4,
        "chat",
        lazy("Ask a question"),
        lambda num: ngettext(
            "Ask the applicants of %(num)s application", "Ask the applicants of %(num)s applications", num
        ),
        lambda num: ngettext("Ask for %(num)s application", "Ask for %(num)s applications", num),
        lambda edition, chosen, values: _undecided(chosen),
        _ask,
        _ask_form,
        _ask_values,
        _ask_problems,
    ),
    BulkAct(
        "pass",
        5,
        "check",
        lazy("Pass"),
        lambda num: ngettext("Pass %(num)s application", "Pass %(num)s applications", num),
        lambda num: ngettext("Pass %(num)s application", "Pass %(num)s applications", num),
        _pass_skipped,
        _pass,
    ),
)
