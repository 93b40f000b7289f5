"""Metrics and their values. A value is never overwritten: a correction keeps the old one and names the new."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, lock, session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.programmes.models import Edition
from accelerator.progress import queries
from accelerator.progress.defaults import METRICS
from accelerator.progress.models import Metric, MetricValue, ValueStatus
from accelerator.progress.weeks import WEEK, week_end
from accelerator.startups.models import Startup

LARGEST = Decimal(10) ** 15
PLACES = Decimal("0.0001")


def create_metrics(startup: Startup, edition: Edition, *, currency: str, actor: Person | None) -> list[Metric]:
    """Give a startup the default five in its own currency (ISO 4217); those it has already stay as they are."""
    lock(edition)
    known = {metric.code for metric in queries.metrics_of(startup, edition)}
    made = [
        add(Metric(
            edition_id=edition.id, startup_id=startup.id, code=default.code, label=dict(default.label),
            definition=dict(default.definition), unit=currency if default.unit == "money" else default.unit,
            position=position,
        ))
        for position, default in enumerate(METRICS, start=1)
        if default.code not in known
    ]  # fmt: skip
    if made:
        audit(actor, "progress.created_metrics", startup, metrics=[None, [metric.code for metric in made]])
    return made


def check_day(edition: Edition, as_of: date) -> None:
    """Refuse a day that numbers can't be given for."""
    if as_of != week_end(as_of):
        raise Refused(_("Choose a Friday: the numbers of a week are those at its end."), field="as_of")
    if as_of > week_end(queries.today(edition)):
        raise Refused(_("This week has not begun yet. Choose an earlier one."), field="as_of")
    if as_of < week_end(edition.starts_on - WEEK):
        raise Refused(_("Choose the week before the programme began, or a later one."), field="as_of")


def _checked(metric: Metric, number: Decimal) -> Decimal:
    if not number.is_finite() or abs(number) >= LARGEST:
        raise Refused(_("Enter a smaller number."), field=metric.code)
    if metric.unit in ("count", "months") and number < 0:
        raise Refused(_("This can't be below zero."), field=metric.code)
    if metric.unit == "count" and number != number.to_integral_value():
        raise Refused(_("Enter a whole number, like 4200."), field=metric.code)
    return number.quantize(PLACES)


def send_numbers(
    startup: Startup, edition: Edition, *, as_of: date, values: Mapping[str, Decimal], note: str, actor: Person
) -> int:
    """Store a startup's numbers of the week that ends on ``as_of``, by the metrics' codes.

    A number that was sent before with another value is corrected; one that is the same stays. Returns how many values
    were written.
    """
    lock(startup)
    check_day(edition, as_of)
    if not values:
        raise Refused(_("Enter at least one number."))
    metrics = queries.metrics_of(startup, edition)
    current = queries.current_values(metrics, as_of)
    changed: dict[str, Any] = {}
    for metric in metrics:
        if metric.code not in values:
            continue
        number, before = _checked(metric, values[metric.code]), current.get(metric.id)
        if before is None or before.value != number:
            _write(metric, as_of, number, note, actor, before)
            changed[metric.code] = [before.value if before else None, number]
    audit(actor, "progress.sent_numbers", startup, as_of=as_of, numbers=changed)
    return len(changed)


def correct_value(value: MetricValue, *, number: Decimal, note: str, actor: Person) -> MetricValue:
    """Put another value in the place of one; the old one stays and names its replacement."""
    metric = lock(value.metric)
    session().refresh(value)
    if value.replaced_by_id is not None:
        raise Refused(_("This value was corrected already. Open the newest one."))
    checked = _checked_as(metric, number)
    if checked == value.value:
        raise Refused(_("This is the value that is there already."), field="number")
    if not note.strip():
        raise Refused(_("Say why: whoever reads the history wants to know."), field="note")
    made = _write(metric, value.as_of, checked, note, actor, value)
    audit(actor, "progress.corrected_value", value, value=[value.value, checked], reason=note)
    return made


def _checked_as(metric: Metric, number: Decimal) -> Decimal:
    try:
        return _checked(metric, number)
    except Refused as refusal:
        raise Refused(refusal.message, field="number") from refusal


def _write(
    metric: Metric, as_of: date, number: Decimal, note: str, actor: Person, before: MetricValue | None
) -> MetricValue:
    # Only one value of a day may be without a replacement, and the new one's id is known only once it is stored. So it
    # points at the old value for a moment; the index then holds at every step.
    made = add(MetricValue(
        metric_id=metric.id, as_of=as_of, value=number, note=note, entered_by=actor.id, entered_at=clock.now(),
        replaced_by_id=before.id if before else None,
    ))  # fmt: skip
    if before is not None:
        before.replaced_by_id = made.id
        session().flush()
        made.replaced_by_id = None
        session().flush()
    return made


def set_verified(value: MetricValue, *, verified: bool, actor: Person) -> None:
    """Mark a value as checked against its source, or take the mark back."""
    lock(value)
    if value.replaced_by_id is not None:
        raise Refused(_("This value was corrected already. Open the newest one."))
    before, value.status = value.status, ValueStatus.VERIFIED if verified else ValueStatus.REPORTED
    audit(actor, "progress.verified_value" if verified else "progress.unverified_value", value,
          status=[before, value.status])  # fmt: skip
