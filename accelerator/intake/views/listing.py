"""The team's list of applications, and its export."""

from dataclasses import asdict, replace
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from accelerator.accounts.models import Person
from accelerator.accounts.names import Name
from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import i18n, pagination, web
from accelerator.core.countries import country_name
from accelerator.core.forms import row_id
from accelerator.core.i18n import gettext as _
from accelerator.core.text import clean
from accelerator.intake.models import ApplicationState
from accelerator.intake.operations import bulk
from accelerator.intake.queries import columns, listing, saved_views
from accelerator.intake.queries import tags as keeping
from accelerator.intake.queries.bulk import MOST_TICKED
from accelerator.intake.queries.listing import Filters
from accelerator.intake.queries.visibility import left_out
from accelerator.intake.team_models import SavedView, Tag
from accelerator.intake.views.blueprint import bp
from accelerator.programmes import queries as programmes
from accelerator.programmes.models import Edition, Sector
from accelerator.programmes.rules import can_run

SORTS = ("submitted", "name", "reference", "country", "sector", "state", "owner")
SORTS_OF_ANSWERS = ("prefecture", "city")
LONGEST_COLUMNS = 700
LONGEST_SEARCH = 100


def asked_filters(given: MultiDict[str, str] | None = None) -> Filters:
    """The filters that the address or the form of the present request names; with ``given`` those alone count."""
    given = request.values if given is None else given
    known = (listing.ALL, listing.ABROAD, listing.HOME, *(state.value for state in ApplicationState))
    view, sort = given.get("view", listing.ALL), given.get("sort", "-submitted")
    return Filters(
        view=view if view in known else listing.ALL,
        text=given.get("q", "")[:LONGEST_SEARCH],
        sector=given.get("sector", ""),
        country=given.get("country", ""),
        tag=given.get("tag", type=row_id),
        owner=_known_owner(given.get("owner", "")),
        sort=sort if sort.removeprefix("-") in _sorts() else "-submitted",
        columns=(".".join(given.getlist("column")) or given.get("columns", ""))[:LONGEST_COLUMNS],
    )


def _sorts() -> tuple[str, ...]:
    """Orders that may be asked for: an order by what is sealed would tell of it."""
    return SORTS if web.chosen().is_sealed else SORTS + SORTS_OF_ANSWERS


def _known_owner(typed: str) -> str:
    if typed in (listing.ME, listing.NOBODY):
        return typed
    try:
        return str(row_id(typed))
    except ValueError:
        return ""


def parameters(filters: Filters) -> dict[str, Any]:
    """The filters as an address carries them: those that are set."""
    default, given = asdict(Filters()), asdict(filters)
    return {("q" if name == "text" else name): value for name, value in given.items() if value != default[name]}


def _address(filters: Filters, **more: Any) -> str:
    return url_for(".applications", edition_slug=web.chosen().slug, **parameters(filters), **more)


def ticked() -> list[str]:
    """The references that are ticked: those of other pages, and those of the page that was shown."""
    elsewhere = request.args.get("ticked", "").split(".")
    return list(dict.fromkeys(reference for reference in (*elsewhere, *request.args.getlist("tick")) if reference))


@bp.route("/editions/<edition_slug>/applications", allow=can_run)
def applications(edition: Edition) -> str:
    """Find, compare, open."""
    return list_page(edition)


def list_page(edition: Edition, export_problem: str = "") -> str:
    """The page of the list, or the part of it that is swapped in."""
    filters, counts = asked_filters(), listing.counts(edition, signed_in_person())
    size = request.args.get("size", 50, type=int)
    page = listing.rows(edition, signed_in_person(), filters, mark=request.args.get("page"), size=size)
    ticks, here = ticked()[:MOST_TICKED], {row.reference for row in page.rows}
    plain = filters == Filters(view=filters.view, sort=filters.sort, columns=filters.columns)
    shown = columns.chosen(edition, filters.columns.split("."))
    saved = _saved(edition, filters)
    sectors, tags, team = programmes.sectors(edition), keeping.tags(edition), keeping.team(edition)
    context = {
        "filters": filters,
        "counts": counts,
        "page": page,
        "views": _views(edition, counts),
        "total": counts.views.get(filters.view, 0) if plain else listing.total(edition, signed_in_person(), filters),
        "sectors": sectors,
        "countries": _countries(counts.countries),
        "country_name": country_name,
        "to_view": lambda view: _address(replace(filters, view=view)),
        "to_sort": lambda name: _address(replace(filters, sort=_turned(filters.sort, name))),
        "chips": _chips(filters, sectors, tags, team),
        "tags": tags,
        "team": team,
        "tag_names": keeping.tag_names([row[-1] for row in page.rows]),
        "columns": shown,
        "sorts": _sorts(),
        "texts": columns.texts(edition, shown, [row[-1] for row in page.rows]),
        "saved": saved,
        "current": next((view for view, _address, is_current in saved if is_current), None),
        "reset": _address(Filters()) if filters != Filters() else None,
        "owner_name": lambda row: (
            Name(*row[listing.OWNER_NAME]).in_language(i18n.language()) if row.family_name else ""
        ),
        "parameters": parameters(filters),
        "size": size if size in pagination.SIZES and size != 50 else None,
        "ticked_here": [reference for reference in ticks if reference in here],
        "ticked_elsewhere": [reference for reference in ticks if reference not in here],
        "acts": bulk.acts(),
        "export_reason": clean(request.form.get("reason", "")),
        "export_problem": export_problem,
        "left_out": left_out(edition, signed_in_person()),
    }
    if web.wants_fragment():
        return web.render_block("intake/applications.html", "list", **context)
    return render_template("intake/applications.html", **context)


def _saved(edition: Edition, filters: Filters) -> list[tuple[SavedView, str, bool]]:
    """The saved views: each with its address, and whether it is what is shown."""
    query, path = urlencode(parameters(filters)), url_for(".applications", edition_slug=edition.slug)
    known = saved_views.views_for(edition, signed_in_person())
    return [(view, f"{path}?{view.query}" if view.query else path, view.query == query) for view in known]


def _chips(filters: Filters, sectors: list[Sector], tags: list[Tag], team: list[Person]) -> list[tuple[str, str, str]]:
    """What the list is narrowed by, in words: ``(field, value, address without it)``."""
    owners = {str(person.id): person.name_in(i18n.language()) for person in team}
    owners |= {listing.ME: _("Me"), listing.NOBODY: _("Nobody")}
    sector_names = {sector.key: sector.title for sector in sectors}
    tag_names = {tag.id: tag.name for tag in tags}
    chips = [
        ("text", _("Search"), filters.text),
        ("country", _("Country"), country_name(filters.country)),
        ("sector", _("Sector"), sector_names.get(filters.sector, filters.sector)),
        ("tag", _("Tag"), "" if filters.tag is None else tag_names.get(filters.tag, _("A tag that was removed"))),
        ("owner", _("Owner"), owners.get(filters.owner, _("Somebody else")) if filters.owner else ""),
    ]
    empty = asdict(Filters())
    return [(label, value, _address(replace(filters, **{name: empty[name]}))) for name, label, value in chips if value]


def _turned(sort: str, name: str) -> str:
    """The order that a click on a head asks for: the other direction of the same, or the usual one of another."""
    usual = f"-{name}" if name == "submitted" else name
    return (name if sort.startswith("-") else f"-{name}") if sort.removeprefix("-") == name else usual


def _views(edition: Edition, counts: listing.Counts) -> list[tuple[str, str, int]]:
    fixed = [
        (listing.ALL, _("All")),
        (listing.ABROAD, _("Abroad")),
        (listing.HOME, country_name(edition.programme.home_country)),
    ]
    by_state = [(state.value, state.label) for state in ApplicationState if counts.views.get(state.value)]
    return [(view, label, counts.views.get(view, 0)) for view, label in fixed + by_state]


def _countries(codes: list[str]) -> list[tuple[str, str]]:
    return sorted(((code, country_name(code)) for code in codes), key=lambda pair: pair[1])
