"""The selection board: its order, its cut line, and the decisions made on it."""

import json
from typing import Any, NamedTuple

from flask import Response, abort, flash, redirect, render_template, request, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import web
from accelerator.core.charts.intervals import interval_scale
from accelerator.core.charts.scales import ticks
from accelerator.core.countries import city_name, place_name
from accelerator.core.db import session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy, locale, ngettext
from accelerator.core.text import json_value
from accelerator.intake.queries.visibility import estimates_withheld, left_out
from accelerator.programmes.models import Edition
from accelerator.programmes.queries import sectors as sectors_of
from accelerator.programmes.rules import can_run
from accelerator.scoring.models import Round
from accelerator.scoring.queries.rounds import latest_fit
from accelerator.selection import board, rules
from accelerator.selection.board import BoardView, Entry, Mix, Order, Overview, Plot
from accelerator.selection.models import Basis, Choice
from accelerator.selection.operations import decisions, freezing
from accelerator.selection.queries import board as board_queries
from accelerator.selection.queries import releases
from accelerator.selection.queries.order import entries, overview, to_discuss
from accelerator.selection.views.blueprint import bp

ORDER_LABELS: dict[Order, Any] = {
    "adjusted": lazy("Score, adjusted for strict and lenient reviewers"),
    "raw": lazy("Raw mean"),
    "chance": lazy("Chance of a place"),
    "name": lazy("Name of the startup"),
}
VIEW_LABELS = {
    "all": lazy("All"),
    "home": lazy("At home"),
    "abroad": lazy("Abroad"),
    "split": lazy("Split opinions"),
    "undecided": lazy("Undecided"),
}
CODES = {"o": Choice.OFFER, "w": Choice.WAIT, "d": Choice.DECLINE}  # short, because a board has 711 buttons
ROWS = 300  # on one page: the whole of a usual call, and never more, however many apply
DISCUSSED = 8  # rows of the list beside the board
SAID = 5  # sentences about rows that were not saved


class Row(NamedTuple):
    """One line of the board, ready to print."""

    css: str
    rank: str
    reference: str
    name: str
    meta: str
    label: str
    plot: Plot | None
    figure: str
    chance: str
    agreement: str | None
    reads: str
    choice: str | None
    open: bool
    last_in: bool


def _orders(edition: Edition) -> dict[Order, Any]:
    """The orders to choose from, in words; none by an estimate for whoever may not see the estimates."""
    withheld = estimates_withheld(edition.id, signed_in_person().id)
    return {key: label for key, label in ORDER_LABELS.items() if not (withheld and key in ("adjusted", "chance"))}


def _board_view(edition: Edition) -> BoardView:
    orders = _orders(edition)
    order: Order = next((key for key in orders if key == request.args.get("order")), next(iter(orders)))
    places = request.args.get("places", type=int) or edition.places
    view = request.args.get("view", "all")
    return BoardView(
        order,
        min(max(places, 1), 999),
        view if view in VIEW_LABELS else "all",
        request.args.get("sector", type=int),
        request.args.get("round", type=int),
        max(request.args.get("page", 1, type=int), 1),
    )


@bp.route("/editions/<edition_slug>/selection", endpoint="board", methods=["GET", "POST"], allow=can_run)
def show_board(edition: Edition) -> Any:
    """The order, the uncertainty, the cut line, the decisions. A POST saves the rows that the person changed."""
    if request.method == "POST":
        return _save(edition)
    board_view, me = _board_view(edition), signed_in_person()
    rounds = board_queries.rounds(edition)
    round_ = next(
        (choice for choice in rounds if choice.number == board_view.round_number), rounds[-1] if rounds else None
    )
    sectors = {sector.id: sector.title for sector in sectors_of(edition)}
    whole, reading = overview(edition, round_, me, board_view), board_queries.reading(round_, me)
    on_board = releases.release_on_board(edition)
    release = on_board.under_way
    return render_template(
        "selection/board.html",
        **_board(edition, round_, board_view, whole, sectors, release is not None),
        board_view=board_view,
        rounds=rounds,
        round=round_,
        sectors=sectors,
        reading=reading,
        on_board=on_board,
        frozen=freezing.what_it_undoes(release) if release else "",
        fit=latest_fit(round_) if round_ else None,
        total=whole.total,
        mix=board.mix(board_queries.offer_pairs(edition, me), edition.programme.home_country),
        orders=_orders(edition),
        withheld=estimates_withheld(edition.id, me.id),
        views=VIEW_LABELS,
        discuss=_to_discuss(to_discuss(edition, round_, me, board_view, size=DISCUSSED)),
        choices=list(Choice),
        left_out=left_out(edition, me),
        saved="",
        swap_before=False,
        link=_linker(edition, board_view),
    )


def _linker(edition: Edition, board_view: BoardView) -> Any:
    """Makes an address of the board that differs from the present one in what is named."""
    present = {
        "order": board_view.order,
        "view": board_view.view,
        "sector": board_view.sector,
        "round": board_view.round_number,
        "places": board_view.places if board_view.places != edition.places else None,
    }
    usual = {"order": next(iter(_orders(edition))), "view": "all"}

    def link(**changes: Any) -> str:
        parameters = {**present, **changes}
        kept = {key: value for key, value in parameters.items() if value is not None and usual.get(key) != value}
        return url_for(".board", edition_slug=edition.slug, **kept)

    return link


def _board(
    edition: Edition,
    round_: Round | None,
    board_view: BoardView,
    whole: Overview,
    sectors: dict[int, str],
    frozen: bool,
) -> dict[str, Any]:
    """One page of rows, and what their drawings share: the scale, its grid, the cut line."""
    by_name, cut = whole.early or board_view.order == "name", None if whole.early else whole.cut
    first = min((board_view.page - 1) * ROWS, max(whole.matching - 1, 0) // ROWS * ROWS)
    listed = entries(
        edition, round_, signed_in_person(), board_view, by_name=by_name, first=first, size=ROWS + 1
    )  # the one beyond the page tells whether the cut line lies between them
    scale, countries = interval_scale((whole.low, whole.high)), locale().territories
    home = edition.programme.home_country
    rows = [_row(entry, board_view, scale, cut, sectors, countries, home, whole.early) for entry in listed[:ROWS]]
    inside = [at for at, entry in enumerate(listed) if entry.place is not None and entry.place <= board_view.places]
    if inside and not by_name and inside[-1] + 1 < len(listed):
        rows[inside[-1]] = rows[inside[-1]]._replace(last_in=True)
    if frozen:
        rows = [row._replace(open=False) for row in rows]
    seen = {entry.reference: entry.choice for entry in listed[:ROWS] if entry.choice and entry.open}
    return {
        "rows": rows,
        "matching": whole.matching,
        "page": first // ROWS + 1,
        "pages": -(-whole.matching // ROWS),
        "early": whole.early,
        "before": json.dumps(seen),
        "band": None if whole.early else whole.band,
        "grid": [(board.across(tick, scale), f"{tick:.1f}") for tick in ticks(*scale)],
        "cut_at": None if cut is None else board.across(cut, scale),
        "order": "name" if by_name else board_view.order,
    }


class Drawn(NamedTuple):
    """A score in words and figures; no drawing where it lies far below the line, off the scale."""

    label: str
    figure: str
    plot: Plot | None


def _drawn(
    low: float | None, value: float | None, high: float | None, scale: tuple[float, float], cut: float | None
) -> Drawn | None:
    if value is None or low is None or high is None:
        return None
    plot = board.plot(low, value, high, scale, cut) if value >= scale[0] else None
    return Drawn(f"{value:.2f}, {low:.2f}-{high:.2f}", f"{value:.2f}", plot)


def _row(
    entry: Entry,
    board_view: BoardView,
    scale: tuple[float, float],
    cut: float | None,
    sectors: dict[int, str],
    countries: Any,
    home: str,
    early: bool,
) -> Row:
    by_mean = board_view.order == "raw" or entry.adjusted is None  # not worked out yet, or kept from whoever looks
    value = entry.raw if by_mean else entry.adjusted
    low, high = (value, value) if by_mean else (entry.low, entry.high)
    drawn = _drawn(low, value, high, scale, cut) if not early else None
    where = countries.get(entry.country or "", "")
    # The city matters to those who know the country: at home.
    city = city_name(entry.city) if entry.country == home else ""
    meta = [sectors.get(entry.sector_id or 0, ""), place_name(city, where)]
    is_in = not early and entry.place is not None and entry.place <= board_view.places
    return Row(
        css="is-close" if entry.is_close and not early else "is-in" if is_in else "",
        rank=str(entry.place) if entry.place and not early else "–",
        reference=entry.reference,
        name=entry.name,
        meta=" · ".join(part for part in meta if part),
        label=drawn.label if drawn else "",
        plot=drawn.plot if drawn else None,
        figure=drawn.figure if drawn else "",
        chance="" if early else board.percent(entry.chance),
        agreement=entry.agreement,
        reads=f"{entry.reads}/{entry.wanted}" if entry.reads < entry.wanted else "",
        choice=entry.choice,
        open=entry.open,
        last_in=False,
    )


def _to_discuss(undecided: list[Entry]) -> list[tuple[Entry, str, str, str]]:
    """What a meeting should talk about: entry, tone, tag and a sentence."""
    return [(entry, *_why(entry)) for entry in undecided]


def _why(entry: Entry) -> tuple[str, str, str]:
    place = entry.place or "–"
    if entry.agreement == "split":
        text = _("Place %(rank)s. The totals are %(points)s points apart.", rank=place, points=f"{entry.spread:.1f}")
        return "warn", _("Split"), text
    if entry.reads < entry.wanted:
        text = _("Place %(rank)s. %(reads)s of %(wanted)s reviews.", rank=place, reads=entry.reads, wanted=entry.wanted)
        return "bad", _("Missing score"), text
    text = _("Place %(rank)s, chance %(chance)s.", rank=place, chance=board.percent(entry.chance))
    return "line", _("Close call"), text


def _save(edition: Edition) -> Any:
    """Write the rows that differ from what the person saw; a colleague's other rows stay untouched.

    With scripts on, the form comes at each change and the panel beside the board goes back; without, at its button.
    What could not be saved is said, and the page is drawn anew, so that no row shows a decision that is none.
    """
    before, given = _seen(), {name: CODES[value] for name, value in request.form.items() if value in CODES}
    changed, sentence, refused = 0, "", []
    for reference, choice in given.items():
        if before.get(reference) == choice.value:
            continue
        try:
            with session().begin_nested():
                sentence = _choose(edition, reference, choice, before.get(reference))
        except Refused as refusal:
            refused.append(f"{reference}: {refusal.message}")
            continue
        changed += 1
        before[reference] = choice.value
    for sentence in refused[:SAID]:
        flash(sentence, "bad")
    if not web.wants_fragment():
        if changed or not refused:
            flash(ngettext("%(num)s decision saved.", "%(num)s decisions saved.", changed))
        return redirect(request.full_path.rstrip("?"))
    if refused:
        return Response(headers={"HX-Refresh": "true"})
    mix: Mix = board.mix(board_queries.offer_pairs(edition, signed_in_person()), edition.programme.home_country)
    sectors = {sector.id: sector.title for sector in sectors_of(edition)}
    return web.render_block(
        "selection/board.html",
        "mix",
        mix=mix,
        sectors=sectors,
        saved=sentence,
        before=json.dumps(before),
        swap_before=True,
    )


def _seen() -> dict[str, str]:
    """The decisions that the person's page showed, by reference."""
    try:
        return {
            str(reference): str(choice) for reference, choice in json_value(request.form.get("before", "{}")).items()
        }
    except (ValueError, AttributeError):
        abort(400)


def _choose(edition: Edition, reference: str, choice: Choice, shown: str | None) -> str:
    """Decide on one row; ``shown`` is the choice that the page has of it, and what a colleague chose since stays."""
    application, me = board_queries.judged_application(edition, reference), signed_in_person()
    if application is None or not rules.can_decide(me, application):
        abort(404)
    decision = board_queries.decision(application)
    refuse(decisions.row_problems(decision, choice=choice, shown=shown, actor=me))
    basis = None  # what a decision rests on stays; a new one rests on the score that the board stood by
    if decision is None:
        basis = Basis.RAW if request.form.get("basis") == "raw" else Basis.ADJUSTED
    decisions.decide(application, choice=choice, basis=basis, actor=me, version=decisions.decision_version(decision))
    return _("%(name)s: %(choice)s. Saved.", name=application.name, choice=choice.label)
