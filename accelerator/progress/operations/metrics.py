"""Metrics and their values. A value is never overwritten: a correction keeps the old one and names the new."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from accelerator.accounts.models import Person
from accelerator.core import clock, times
from accelerator.core.audit import audit, reason_problems
from accelerator.core.db import add, changes_of, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.programmes.models import Edition
from accelerator.progress.amounts import amount
from accelerator.progress.defaults import METRICS
from accelerator.progress.figures import jumps
from accelerator.progress.models import Direction, Metric, MetricValue, ValueStatus
from accelerator.progress.queries import milestones
from accelerator.progress.queries.metrics import current_values, last_before, metrics_of
from accelerator.progress.weeks import WEEK, week_end
from accelerator.startups.models import Startup

LARGEST = Decimal(10) ** 15
PLACES = Decimal("0.0001")


def create_metrics(startup: Startup, edition: Edition, *, currency: str, actor: Person | None) -> list[Metric]:
    """Give a startup the default five in its own currency (ISO 4217); those it has already stay as they are."""
    lock(edition)
    known = {metric.code for metric in metrics_of(startup, edition)}
    metrics = [
        add(
            Metric(
                edition_id=edition.id,
                startup_id=startup.id,
                code=default.code,
                label=dict(default.label),
                definition=dict(default.definition),
                unit=currency if default.unit == "money" else default.unit,
                position=position,
            )
        )
        for position, default in enumerate(METRICS, start=1)
        if default.code not in known
    ]
    if metrics:
        audit(actor, "progress.created_metrics", startup, metrics=[None, [metric.code for metric in metrics]])
    return metrics


def check_day(edition: Edition, as_of: date) -> None:
    """Refuse a day that numbers can't be given for."""
    if as_of != week_end(as_of):
        raise Refused(_("Choose a Friday: the numbers of a week are those at its end."), field="as_of")
    if as_of > week_end(milestones.today(edition)):
        raise Refused(_("This week has not begun yet. Choose an earlier one."), field="as_of")
    if as_of < week_end(edition.starts_on - WEEK):
        raise Refused(_("Choose the week before the programme began, or a later one."), field="as_of")


def number_problems(metric: Metric, number: Decimal | None, field: str | None = None) -> Iterator[Refused]:
    """What is wrong with a number of a metric, to be said beside ``field`` or the one that has the metric's code."""
    name, field = metric.name, field or metric.code
    if number is None:
        return
    if not number.is_finite() or abs(number) >= LARGEST:
        yield Refused(_("Enter “%(field)s” as a smaller number.", field=name), field=field)
    elif metric.unit in ("count", "months") and number < 0:
        yield Refused(_("“%(field)s” can't be below zero.", field=name), field=field)
    elif metric.unit == "count" and number != number.to_integral_value():
        yield Refused(_("Enter “%(field)s” as a whole number, like 4200.", field=name), field=field)


def jumps_in(metrics: Sequence[Metric], as_of: date, values: Mapping[str, Decimal]) -> dict[str, str]:
    """What to ask back, by code: values more than five times the last one before that week, or less than a fifth."""
    before = last_before(metrics, as_of)
    asked = {}
    for metric in metrics:
        if metric.code in values and metric.id in before and not any(number_problems(metric, values[metric.code])):
            day, last, _source = before[metric.id]
            if jumps(last, values[metric.code]):
                asked[metric.code] = _(
                    "“%(field)s” was %(last)s on %(day)s. Correct it, or send the form again if %(value)s is right.",
                    field=metric.name,
                    last=amount(last, metric.unit),
                    day=times.day(day),
                    value=amount(values[metric.code], metric.unit),
                )
    return asked


def _jump_problems(
    metrics: Sequence[Metric],
    as_of: date,
    values: Mapping[str, Decimal],
    confirmed: Mapping[str, Decimal],
    field: str = "",
) -> Iterator[Refused]:
    for code, sentence in jumps_in(metrics, as_of, values).items():
        if confirmed.get(code) != values[code]:
            yield Refused(sentence, field=field or code)


def send_numbers(
    startup: Startup,
    edition: Edition,
    *,
    as_of: date,
    values: Mapping[str, Decimal],
    note: str,
    source: str = "",
    confirmed: Mapping[str, Decimal] | None = None,
    actor: Person,
) -> int:
    """Store a startup's numbers of the week that ends on ``as_of``, by the metrics' codes.

    A number that was sent before with another value, note or source is corrected; one that is the same stays. A value
    far from the last one is refused until it is among ``confirmed``. Without ``source`` each number keeps the one that
    it had last. Returns how many values were written.
    """
    lock(startup)
    check_day(edition, as_of)
    if not values:
        raise Refused(_("Enter at least one number."))
    metrics = metrics_of(startup, edition)
    refuse(problem for metric in metrics for problem in number_problems(metric, values.get(metric.code)))
    checked = {metric.code: values[metric.code].quantize(PLACES) for metric in metrics if metric.code in values}
    current = current_values(metrics, as_of)
    known = {metric.code: current[metric.id].value for metric in metrics if metric.id in current}
    new = {code: number for code, number in checked.items() if known.get(code) != number}
    refuse(_jump_problems(metrics, as_of, new, confirmed or {}))
    earlier = last_before(metrics, as_of)
    changed: dict[str, Any] = {}
    for metric in metrics:
        before = current.get(metric.id)
        if metric.code in checked and _differs(before, checked[metric.code], note, source):
            known_source = before.source if before else earlier[metric.id][2] if metric.id in earlier else ""
            _write(metric, as_of, checked[metric.code], note, source or known_source, actor, before)
            changed[metric.code] = [before.value if before else None, checked[metric.code]]
    audit(actor, "progress.sent_numbers", startup, as_of=as_of, numbers=changed)
    return len(changed)


def _differs(before: MetricValue | None, number: Decimal, note: str, source: str) -> bool:
    """Whether something new was said; an empty note or source takes nothing back."""
    if before is None or before.value != number:
        return True
    return bool(note and note != before.note) or bool(source and source != before.source)


def correction_problems(
    value: MetricValue, *, number: Decimal | None, note: str, source: str, confirmed: Mapping[str, Decimal]
) -> Iterator[Refused]:
    """What is wrong with a correction: it comes too late, its number, a missing reason, a jump that nobody confirmed."""
    metric = value.metric
    if value.replaced_by_id is not None:
        yield Refused(_("This value was corrected already. Open the newest one."))
    yield from reason_problems(note, blank=_("Say why, for those who read the history."), field="note")
    problems = list(number_problems(metric, number, "number"))
    yield from problems
    if number is None or problems:
        return
    number = number.quantize(PLACES)
    if number == value.value and source == value.source:
        yield Refused(_("That's already the current value."), field="number")
    elif number != value.value:
        yield from _jump_problems([metric], value.as_of, {metric.code: number}, confirmed, "number")


def correct_value(
    value: MetricValue,
    *,
    number: Decimal,
    note: str,
    source: str = "",
    confirmed: Mapping[str, Decimal] | None = None,
    actor: Person,
) -> MetricValue:
    """Put another value, or the same from another source, in the place of one; the old one names its replacement."""
    metric = lock(value.metric)
    session().refresh(value)
    refuse(correction_problems(value, number=number, note=note, source=source, confirmed=confirmed or {}))
    checked = number.quantize(PLACES)
    correction = _write(metric, value.as_of, checked, note, source, actor, value)
    audit(actor, "progress.corrected_value", value, value=[value.value, checked], reason=note)
    return correction


def set_target(metric: Metric, *, direction: Direction, target: Decimal | None, actor: Person) -> None:
    """Say which way is good for a metric, and where it is to go; without a target nothing is measured against it."""
    lock(metric)
    refuse(number_problems(metric, target, "target"))
    checked = None if target is None else target.quantize(PLACES)
    changed = changes_of(metric, {"direction": direction, "target": checked})
    if changed:
        audit(actor, "progress.set_target", metric, **changed)


def _write(
    metric: Metric, as_of: date, number: Decimal, note: str, source: str, actor: Person, before: MetricValue | None
) -> MetricValue:
    # Only one value of a day may be without a replacement, and the new one's id is known only once it is stored. So it
    # points at the old value for a moment; the index then holds at every step.
    entry = add(
        MetricValue(
            metric_id=metric.id,
            as_of=as_of,
            value=number,
            note=note,
            source=source,
            entered_by=actor.id,
            entered_at=clock.now(),
            replaced_by_id=before.id if before else None,
        )
    )
    if before is not None:
        before.replaced_by_id = entry.id
        session().flush()
        entry.replaced_by_id = None
        session().flush()
    return entry


def set_verified(value: MetricValue, *, verified: bool, actor: Person) -> None:
    """Mark a value as checked against its source, or take the mark back."""
    lock(value)
    if value.replaced_by_id is not None:
        raise Refused(_("This value was corrected already. Open the newest one."))
    before, value.status = value.status, ValueStatus.VERIFIED if verified else ValueStatus.REPORTED
    audit(
        actor,
        "progress.verified_value" if verified else "progress.unverified_value",
        value,
        status=[before, value.status],
    )
