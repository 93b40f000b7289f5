"""The staff's list of applications: views with counts, search, filters, order, and the rows as plain tuples.

Whoever looks is named in every call: what bars them is neither listed nor counted, found nor exported.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Dialect, and_, false, func, select, type_coerce
from sqlalchemy.orm import aliased
from sqlalchemy.types import TypeDecorator

from accelerator.accounts.models import Person
from accelerator.core.db import UtcDateTime, session
from accelerator.core.pagination import Key, Page, beside, page
from accelerator.core.prepared import columns
from accelerator.core.text import clean_line
from accelerator.intake.models import COUNTED, Application, ApplicationState, SearchTerm
from accelerator.intake.queries.visibility import visible_to
from accelerator.intake.team_models import ApplicationOwner, ApplicationTag
from accelerator.intake.terms import terms_sought
from accelerator.programmes.models import Edition, Sector

ALL, ABROAD, HOME = "all", "abroad", "home"
ME, NOBODY = "me", "nobody"
UNSENT = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN)  # these may lack the instant of sending
LAST_CHARACTER = "\U0010ffff"  # no text holds it: what begins with a term comes before the term with this
CHUNK = 2_500
"""Rows of the export that are read at once, so that no cursor stays open for as long as somebody's line is slow."""
OWNER = aliased(Person)
OWNER_NAME = slice(7, 11)
"""Where a row of the list has the name of its owner."""
EARLIEST = datetime(1, 1, 2, tzinfo=UTC)


class Stamp(TypeDecorator[str]):
    """An instant as ISO text, so that the mark of a page can carry it; stored and compared like any other instant."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Text of a mark back to an instant. What is no instant, as in a damaged mark, comes before everything."""
        try:
            instant = datetime.fromisoformat(str(value))
        except ValueError:
            instant = EARLIEST
        return UtcDateTime().process_bind_param(instant if instant.tzinfo else EARLIEST, dialect)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> str | None:
        """An instant of the database as ISO text in UTC."""
        instant = UtcDateTime().process_result_value(value, dialect)
        return instant.isoformat() if instant else None


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to. ``view`` is all, abroad, home, or a state; ``owner`` is me, nobody, or a person's id.

    ``columns`` are the keys of those that are shown, joined by dots; none means the usual ones.
    """

    view: str = ALL
    text: str = ""
    sector: str = ""
    country: str = ""
    tag: int | None = None
    owner: str = ""
    sort: str = "-submitted"
    columns: str = ""


@dataclass(frozen=True)
class Counts:
    """How many applications each view holds, and from which countries; one statement counts them all."""

    views: dict[str, int]
    countries: list[str]


def counts(edition: Edition, viewer: Person) -> Counts:
    """Applications per view, and the countries that occur."""
    grouped = session().execute(
        select(Application.state, Application.country, func.count(Application.id))
        .where(Application.edition_id == edition.id, visible_to(viewer))
        .group_by(Application.state, Application.country)
    )
    views: Counter[str] = Counter({ALL: 0, ABROAD: 0, HOME: 0})
    countries = set()
    for state, country, number in grouped:
        views[state.value] += number
        if country:
            countries.add(country)
        if state in COUNTED:
            views[ALL] += number
            views[HOME if country and edition.is_home(country) else ABROAD] += number if country else 0
    return Counts(dict(views), sorted(countries))


def _view_state(view: str) -> ApplicationState | None:
    return ApplicationState(view) if view in [state.value for state in ApplicationState] else None


def conditions(edition: Edition, viewer: Person, filters: Filters) -> Iterator[ColumnElement[bool]]:
    """What an application has to meet to be listed for this viewer."""
    yield Application.edition_id == edition.id
    yield visible_to(viewer)
    state = _view_state(filters.view)
    yield Application.state == state if state else Application.state.in_(COUNTED)
    if filters.view == HOME:
        yield Application.country == edition.programme.home_country
    if filters.view == ABROAD:
        yield Application.country != edition.programme.home_country
    if filters.country:
        yield Application.country == filters.country
    if filters.sector:
        chosen = select(Sector.id).where(Sector.edition_id == edition.id, Sector.key == filters.sector)
        yield Application.sector_id == chosen.scalar_subquery()
    if filters.tag is not None:
        bearing = select(ApplicationTag.application_id).where(ApplicationTag.tag_id == filters.tag)
        yield Application.id.in_(bearing)
    if filters.owner:
        yield _owned(viewer, filters.owner)
    text = clean_line(filters.text)
    if text:
        yield from _holding(edition, text)


def _owned(viewer: Person, owner: str) -> ColumnElement[bool]:
    # The list joins the owner as well, and what is asked here is asked of the table by itself.
    owned = select(ApplicationOwner.application_id).correlate(None)
    if owner == NOBODY:
        return Application.id.not_in(owned)
    return Application.id.in_(owned.where(ApplicationOwner.person_id == (viewer.id if owner == ME else int(owner))))


def _holding(edition: Edition, text: str) -> Iterator[ColumnElement[bool]]:
    """Every term that ``text`` asks for is among those of the application; while sealed, none that an answer gave."""
    sought_terms = terms_sought(text)
    if not sought_terms:
        yield false()
    for sought in sought_terms:
        if sought.begins:
            matches = and_(SearchTerm.term >= sought.term, SearchTerm.term < sought.term + LAST_CHARACTER)
        else:
            matches = SearchTerm.term == sought.term
        terms = select(SearchTerm.application_id).where(SearchTerm.edition_id == edition.id, matches)
        if edition.is_sealed:
            terms = terms.where(SearchTerm.is_answer.is_(False))
        yield Application.id.in_(terms)


def _narrowed(statement: Any, edition: Edition, viewer: Person, filters: Filters) -> Any:
    return statement.outerjoin(Sector, Sector.id == Application.sector_id).where(*conditions(edition, viewer, filters))


def _listed(statement: Any, edition: Edition, viewer: Person, filters: Filters) -> Any:
    """The same with the owner at hand, who may make the order."""
    return (
        _narrowed(statement, edition, viewer, filters)
        .outerjoin(ApplicationOwner, ApplicationOwner.application_id == Application.id)
        .outerjoin(OWNER, OWNER.id == ApplicationOwner.person_id)
    )


def _moment(filters: Filters) -> Any:
    return Application.saved_at if _view_state(filters.view) in UNSENT else Application.submitted_at


def keys(filters: Filters) -> list[Key]:
    """The order that ``filters.sort`` names, newest first where it names none."""
    columns = {
        "submitted": type_coerce(_moment(filters), Stamp),
        "name": Application.name,
        "reference": Application.reference,
        "country": func.coalesce(Application.country, ""),
        "sector": func.coalesce(Sector.key, ""),
        "state": Application.state,
        "owner": func.coalesce(OWNER.family_name, ""),
        "prefecture": func.coalesce(Application.prefecture, ""),
        "city": Application.city,
    }
    name = filters.sort.lstrip("-")
    descending = filters.sort.startswith("-") if name in columns else True
    return [Key(columns.get(name, columns["submitted"]), descending), Key(Application.id, descending)]


def rows(edition: Edition, viewer: Person, filters: Filters, *, mark: str | None, size: int) -> Page[Any]:
    """One page: reference, name, country, sector, state, instant, revision number, name of the owner, and the id last."""
    shown = select(
        Application.reference,
        Application.name,
        Application.country,
        Sector.name.label("sector"),
        Application.state,
        _moment(filters).label("moment"),
        Application.revision_number,
        OWNER.given_name,
        OWNER.family_name,
        OWNER.family_first,
        OWNER.native_name,
    )
    return page(_listed(shown, edition, viewer, filters), keys(filters), mark=mark, size=size)


def neighbours(
    edition: Edition, viewer: Person, filters: Filters, application: Application
) -> tuple[str | None, str | None] | None:
    """The references before and after an application in the list that the filters leave, None at either end.

    None where it does not stand there itself.
    """
    order = keys(filters)
    listed = _listed(select(*(key.column for key in order)), edition, viewer, filters)
    here = next(iter(columns(listed.where(Application.id == application.id))), None)
    if here is None:
        return None
    named = _listed(select(Application.reference), edition, viewer, filters)
    before, after = beside(named, order, tuple(here))
    return before and before.reference, after and after.reference


def total(edition: Edition, viewer: Person, filters: Filters) -> int:
    """How many applications the filters leave."""
    return session().scalar(select(func.count(Application.id)).where(*conditions(edition, viewer, filters))) or 0


def export_rows(edition: Edition, viewer: Person, filters: Filters, after: int) -> Sequence[Any]:
    """The next rows of the export, by id, at most ``CHUNK``; the id is the first column, a name and address the last."""
    shown = select(
        Application.id,
        Application.reference,
        Application.name,
        Application.one_line,
        Application.country,
        Application.prefecture,
        Application.city,
        Sector.name.label("sector"),
        Application.stage,
        Application.state,
        Application.submitted_at,
        Application.revision_number,
        Application.channel,
        Person.given_name,
        Person.family_name,
        Person.family_first,
        Person.native_name,
        Person.email,
    ).join(Person, Person.id == Application.applicant_id)
    chunk = (
        _narrowed(shown, edition, viewer, filters).where(Application.id > after).order_by(Application.id).limit(CHUNK)
    )
    return columns(chunk)
