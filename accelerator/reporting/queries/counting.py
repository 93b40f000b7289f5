"""Collecting the counts of an edition: some twenty grouped statements, however many rows there are."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from accelerator.core import clock, i18n
from accelerator.programmes import queries as programmes
from accelerator.programmes.models import Edition
from accelerator.programmes.models import Figure as FigureRow
from accelerator.reporting.figures.counts import Counts, Frame, Reported
from accelerator.reporting.figures.reported import KINDS
from accelerator.reporting.queries.earlier import earlier_editions
from accelerator.reporting.queries.running import demo_day_counts, mentoring_counts, progress_counts
from accelerator.reporting.queries.selecting import application_groups, members, selection_counts


def counts(edition: Edition) -> Counts:
    """Everything that the figures of an edition are made of, as of now by the edition's clock."""
    now = clock.now()
    sectors = programmes.sectors(edition)
    cohort = members(edition)
    today = _local(now, edition)
    return Counts(
        frame=_frame(edition, now),
        sectors={sector.key: sector.name for sector in sectors},
        applications=application_groups(edition),
        cohort=cohort,
        selection=selection_counts(edition),
        mentoring=mentoring_counts(edition, now),
        progress=progress_counts(edition, [member.key for member in cohort], today),
        demo_day=demo_day_counts(edition, now),
        reported=[_reported(row) for row in programmes.figures(edition)],
        earlier=earlier_editions(edition),
    )


def _local(instant: datetime, edition: Edition) -> date:
    return instant.astimezone(ZoneInfo(edition.zone)).date()


def _frame(edition: Edition, now: datetime) -> Frame:
    programme = edition.programme
    return Frame(
        slug=edition.slug,
        programme=programme.name,
        host=programme.host,
        name=edition.name,
        theme=edition.theme,
        about=edition.about,
        place=edition.place,
        zone=edition.zone,
        mode=edition.mode.value,
        places=edition.places,
        since=programme.since,
        home_country=programme.home_country,
        home_name=_country(programme.home_country),
        dates={
            "announced": edition.announced_on,
            "opens": _local(edition.opens_at, edition),
            **({"closes": _local(edition.closes_at, edition)} if edition.closes_at else {}),
            "decisions": edition.decisions_on,
            "starts": edition.starts_on,
            "coaching_ends": edition.coaching_ends_on,
            "demo_day": edition.demo_day_on,
        },
        as_of=_local(now, edition),
        is_demo=edition.is_demo,
        call_over=edition.is_over(now),
        running=_local(now, edition) >= edition.starts_on,
        hosts=[(host.name, host.part) for host in programmes.hosts(edition)],
    )


def _country(code: str) -> dict[str, str]:
    return {language: str(i18n.locale_of(language).territories.get(code, code)) for language in i18n.LANGUAGES}


def _reported(row: FigureRow) -> Reported:
    kind = (row.extra or {}).get("kind") or KINDS.get(row.code)
    return Reported(
        code=row.code,
        value=row.value,
        unit=row.unit,
        label=row.label,
        source=row.source,
        year=row.year,
        lower_bound=row.lower_bound,
        as_of=row.as_of,
        kind=str(kind) if kind else None,
    )
