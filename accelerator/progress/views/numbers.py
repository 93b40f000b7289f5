"""Numbers: a founder's form, cards and history; the cohort's medians for the team and partners."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import get_territory_currencies
from flask import abort, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from wtforms.fields.choices import SelectChoice

from accelerator.accounts.rules import on_team
from accelerator.accounts.views.visitor import current_person, signed_in_person
from accelerator.core import times
from accelerator.core.charts.lines import line_chart, sparkline
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import marks, ngettext, pick
from accelerator.programmes.models import Edition
from accelerator.progress import figures, rules, weeks
from accelerator.progress.amounts import amount, signed
from accelerator.progress.defaults import METRICS
from accelerator.progress.forms import NumbersForm, confirmed_in, numbers_form
from accelerator.progress.operations.metrics import create_metrics, jumps_in, number_problems, send_numbers
from accelerator.progress.queries import metrics as metric_queries
from accelerator.progress.queries import milestones
from accelerator.progress.queries.metrics import MetricSeries
from accelerator.progress.views import drafts
from accelerator.progress.views.blueprint import bp
from accelerator.selection.queries.cohort import cohort, startup_of
from accelerator.startups.models import Startup

LINES = 4  # more than that many can't be told apart in one chart


def week_label(friday: date, edition: Edition) -> str:
    """``Week 5, Fri 9 Oct``; the week before the programme is the entry."""
    number = weeks.week_number(friday, edition.starts_on)
    if number < 1:
        return _("At entry, %(day)s", day=times.day(friday))
    return _("Week %(number)s, %(day)s", number=number, day=times.day(friday))


def week_name(friday: date, edition: Edition) -> str:
    """``week 4``, for the middle of a sentence."""
    number = weeks.week_number(friday, edition.starts_on)
    return _("entry") if number < 1 else _("week %(number)s", number=number)


@dataclass(frozen=True)
class Card:
    """A metric's newest value with what became of it, where it is to go and where it comes from."""

    metric_id: int
    label: str
    value: str
    change: str
    tone: str
    drawing: Markup
    target: str = ""
    source: str = ""


def card(series: MetricSeries, edition: Edition) -> Card:
    """The card of one metric."""
    metric, last = series.metric, series.last
    target = series.target_in_words
    if last is None:
        return Card(metric.id, metric.name, "–", _("No value yet"), "", sparkline([], title=""), target)
    drawn = [float(value) for value in series.values]
    title = _(
        "%(name)s from %(first)s to %(last)s",
        name=metric.name,
        first=amount(series.values[0], metric.unit),
        last=amount(last[1], metric.unit),
    )
    words, tone = change_in_words(series, edition)
    drawing = sparkline(drawn, title=title)
    return Card(metric.id, metric.name, amount(last[1], metric.unit), words, tone, drawing, target, series.source)


def change_in_words(series: MetricSeries, edition: Edition) -> tuple[str, str]:
    """What became of a metric since the value before, and whether that is good (ok), bad or neither."""
    change, before = series.change, series.before
    if change is None or before is None:
        return _("First value"), ""
    when = week_name(before[0], edition)
    if change == 0:
        return _("As in %(when)s", when=when), ""
    moved = signed(change, series.metric.unit)
    if series.improves:
        return _("%(change)s since %(when)s · improving", change=moved, when=when), "ok"
    return _("%(change)s since %(when)s · worsening", change=moved, when=when), "bad"


@bp.route("/editions/<edition_slug>/numbers", methods=["GET", "POST"], allow=rules.can_see_numbers)
def numbers(edition: Edition) -> Any:
    """One's own startup, any startup for the team, or the cohort."""
    person, slug = current_person(), request.args.get("startup")
    team, own = on_team(person, edition.id), startup_of(person, edition)
    if own is not None and slug in (None, own.slug) and not (team and slug is None):
        return _own(edition, own)
    if request.method == "POST":
        abort(404)
    if slug is None:
        return _cohort(edition, team)
    startup = milestones.cohort_startup(edition, slug) if team else None
    return _startup(edition, startup) if startup else abort(404)


def _own(edition: Edition, startup: Startup) -> Any:
    series = metric_queries.latest_values(startup, edition)
    days = weeks.open_weeks(edition.starts_on, milestones.today(edition))
    week = _week(days)
    draft = drafts.kept(startup, edition, week.isoformat()) if week and request.method == "GET" else None
    form = _form(series, days, week, edition, draft)
    if form.validate_with(lambda: _problems(form, series, week)) and form.attempt(
        send_numbers,
        startup,
        edition,
        as_of=date.fromisoformat(form.as_of.data),
        note=form.note.data or "",
        values=_typed(form, series),
        source=form.source.data or "",
        confirmed=_confirmed(),
        actor=signed_in_person(),
    ):
        drafts.forget(startup, edition, form.as_of.data)
        flash(_("Numbers sent. Thank you! Here is how they've developed."))
        return redirect(url_for(".numbers", edition_slug=edition.slug))
    page = _page(edition, startup, series, form if days else None, week, draft)
    return page, 422 if form.is_submitted() else 200


def _week(days: list[date]) -> date | None:
    """The week that the form is for: what was sent names it, else the address, else it is the newest."""
    asked = request.form.get("as_of") or request.args.get("week")
    return next((day for day in days if day.isoformat() == asked), days[0] if days else None)


def _confirmed() -> dict[str, Decimal]:
    return confirmed_in(request.form.getlist("confirmed"))


def _problems(form: NumbersForm, series: list[MetricSeries], week: date | None) -> Iterator[Refused]:
    """Numbers that can't be, and those far from the last ones: these are asked once, and right when they are sent again."""
    typed, confirmed = _typed(form, series), _confirmed()
    if not typed and not any(form[item.metric.code].errors for item in series):
        yield Refused(_("Enter at least one number."))
    for item in series:
        yield from number_problems(item.metric, typed.get(item.metric.code))
    if week is None:
        return
    new = {
        item.metric.code: typed[item.metric.code]
        for item in series
        if item.metric.code in typed and item.on(week) != typed[item.metric.code]
    }
    asked = jumps_in([item.metric for item in series], week, new)
    form.asked = [f"{code}:{typed[code]}" for code in asked]
    for code, sentence in asked.items():
        if confirmed.get(code) != typed[code]:
            yield Refused(sentence, field=code)


@bp.route("/editions/<edition_slug>/numbers/draft", methods=["POST"], allow=rules.can_see_numbers)
def draft(edition: Edition) -> Any:
    """Keep what a founder has typed so far for a week, or drop it; with another week asked for, go on to that one."""
    startup = startup_of(current_person(), edition) or abort(404)
    series = metric_queries.latest_values(startup, edition)
    days = weeks.open_weeks(edition.starts_on, milestones.today(edition))
    week = _week(days) or abort(404)
    if request.form.get("do") == "discard":
        drafts.forget(startup, edition, week.isoformat())
        flash(_("Draft discarded. The form shows the last values again."))
        return redirect(url_for(".numbers", edition_slug=edition.slug, week=week.isoformat()))
    fits = _keep(edition, startup, series, days, week)
    if request.form.get("do") != "week":
        return ("", 204) if fits else abort(413)
    if fits:
        return redirect(url_for(".numbers", edition_slug=edition.slug, week=request.form.get("week")))
    form = _form(series, days, week, edition)
    form.form_errors.append(_("The note is too long to be kept until later. Send these numbers first, or shorten it."))
    return _page(edition, startup, series, form, week), 422


def _keep(edition: Edition, startup: Startup, series: list[MetricSeries], days: list[date], week: date) -> bool:
    """Keep the words of a week, unless they are those that the form shows anyway."""
    names = ("source", "note", *(item.metric.code for item in series))
    words = {name: request.form.get(name, "")[:1000] for name in names}
    fresh = _form(series, days, week, edition, fresh=True)
    if all(words[name] == (fresh[name]._value() or "") for name in names):
        drafts.forget(startup, edition, week.isoformat())
        return True
    return drafts.keep(startup, edition, week.isoformat(), words)


def _form(
    series: list[MetricSeries],
    days: list[date],
    week: date | None,
    edition: Edition,
    draft: drafts.Draft | None = None,
    *,
    fresh: bool = False,
) -> NumbersForm:
    """The form for a week, filled with the draft, else the values of the week, else with the last ones before it."""
    last = {item.metric.code: known[1] for item in series if week and (known := item.until(week))}
    sources = {item.source for item in series if item.points}
    day = week.isoformat() if week else ""
    values = {"as_of": day, "source": sources.pop() if len(sources) == 1 else "", **last}
    form_class = numbers_form([item.metric for item in series])
    typed = {"formdata": draft.as_form(day) if draft else None} if fresh or draft else {}
    form = form_class(**typed, data=values)
    form.asked = request.form.getlist("confirmed")[:20]
    form.as_of.choices = [SelectChoice(day.isoformat(), week_label(day, edition)) for day in days]
    for item in series:
        form[item.metric.code].description = _hint(item, week)
    return form


def _hint(series: MetricSeries, week: date | None) -> str:
    definition = pick(series.metric.definition)
    known = series.until(week) if week else None
    if known is None:
        return definition
    day, value = known
    shown = _("Last: %(value)s on %(day)s.", value=amount(value, series.metric.unit), day=times.day(day))
    return f"{definition}{marks().gap}{shown}"


def _typed(form: NumbersForm, series: list[MetricSeries]) -> dict[str, Decimal]:
    typed = {item.metric.code: form[item.metric.code].data for item in series}
    return {code: number for code, number in typed.items() if number is not None}


def _page(
    edition: Edition,
    startup: Startup,
    series: list[MetricSeries],
    form: NumbersForm | None,
    week: date | None = None,
    draft: drafts.Draft | None = None,
) -> str:
    person = current_person()
    shown = week.isoformat() if week else ""
    waiting = [day for day in drafts.weeks_kept(startup, edition) if day != shown] if form else []
    days = sorted({day for item in series for day, _value in item.points})
    history = metric_queries.history(startup, edition, mark=request.args.get("page"))
    return render_template(
        "progress/numbers.html",
        startup=startup,
        series=series,
        form=form,
        draft=draft,
        week=week,
        version=f"{shown}.{_version(series)}",
        cards=[card(item, edition) for item in series],
        waiting=[date.fromisoformat(day) for day in waiting if day],
        chart=_chart(series, days, edition),
        days=days,
        history=history,
        amount=amount,
        team=on_team(person, edition.id),
        week_label=lambda day: week_label(day, edition),
        sets_targets=on_team(person, edition.id) or startup_of(person, edition) == startup,
        older=lambda mark: url_for(".numbers", edition_slug=edition.slug, startup=startup.slug, page=mark),
    )


def _version(series: list[MetricSeries]) -> str:
    """Changes whenever newer values were sent: words that were typed before that are not put back by themselves."""
    return ".".join(f"{item.last[0]:%y%m%d}" for item in series if item.last)


def _chart(series: list[MetricSeries], days: list[date], edition: Edition) -> Markup | None:
    """Counts and money since entry as 100; months of runway are no growth, so they stay out."""
    drawn = [
        (item.metric.name, figures.indexed([item.on(day) for day in days]))
        for item in series
        if item.metric.unit != "months" and item.points
    ]
    if len(days) < 2 or not drawn:
        return None
    labels = [times.day(day, weekday=False) for day in days]
    return line_chart(drawn[:LINES], labels, title=_("Numbers since entry, first value = 100"))


def _startup(edition: Edition, startup: Startup) -> Any:
    return _page(edition, startup, metric_queries.latest_values(startup, edition), None)


def _cohort(edition: Edition, team: bool) -> Any:
    smallest = 1 if team else figures.SMALLEST_GROUP
    codes = [default.code for default in METRICS if default.unit != "months"]
    spreads = metric_queries.cohort_spreads(edition, codes, smallest=smallest)
    names = {default.code: pick(default.label) for default in METRICS}
    days = sorted({spread.as_of for rows in spreads.values() for spread in rows})
    medians = [
        (names[code], [by_day.get(day) for day in days])
        for code, rows in spreads.items()
        if (by_day := {spread.as_of: spread.median for spread in rows})
    ]
    labels = [times.day(day, weekday=False) for day in days]
    title = _("Median of the cohort, first value = 100")
    return render_template(
        "progress/cohort_numbers.html",
        team=team,
        spreads=spreads,
        names=names,
        chart=line_chart(medians[:LINES], labels, title=title) if len(days) > 1 else None,
        rate=metric_queries.response_rate(edition),
        responses=metric_queries.responses(edition) if team else [],
        week=week_label(weeks.week_end(milestones.today(edition)), edition),
        smallest=figures.SMALLEST_GROUP,
        week_label=lambda day: week_label(day, edition),
    )


@bp.route("/editions/<edition_slug>/numbers/set-up", methods=["POST"], allow=rules.can_review_cohort)
def set_up(edition: Edition) -> Any:
    """Give every startup of the cohort the default five in the currency of its country."""
    count = 0
    for entry in cohort(edition):
        currencies = get_territory_currencies(entry.startup.country or edition.programme.home_country)
        count += len(
            create_metrics(
                entry.startup, edition, currency=currencies[0] if currencies else "USD", actor=signed_in_person()
            )
        )
    flash(ngettext("%(num)s number set up.", "%(num)s numbers set up.", count))
    return redirect(url_for(".numbers", edition_slug=edition.slug))
