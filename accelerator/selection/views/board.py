"""The selection board, one application's decision, comparison, and the minutes."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for

from accelerator.core import web
from accelerator.core.charts import interval, interval_scale
from accelerator.core.charts.scales import ticks
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy, locale, ngettext, pick
from accelerator.intake.models import Application
from accelerator.programmes.models import Edition
from accelerator.programmes.queries import sectors as sectors_of
from accelerator.programmes.rules import can_run
from accelerator.scoring import queries as scoring
from accelerator.scoring.models import Round
from accelerator.selection import board, operations, queries, rules
from accelerator.selection.board import Entry, Mix, Order, Plot
from accelerator.selection.forms import DecisionForm
from accelerator.selection.models import Basis, Choice
from accelerator.selection.views.blueprint import bp, signed_in_person

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
COMPARED = 4


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


class Sight(NamedTuple):
    """How the person looks at the board: taken from the address, so that any view can be sent as a link."""

    order: Order
    places: int
    view: str
    sector: int | None
    round_number: int | None
    page: int = 1


def _sight(edition: Edition) -> Sight:
    order: Order = next((key for key in board.ORDERS if key == request.args.get("order")), "adjusted")
    places = request.args.get("places", type=int) or edition.places
    view = request.args.get("view", "all")
    return Sight(
        order, min(max(places, 1), 999), view if view in VIEW_LABELS else "all",
        request.args.get("sector", type=int), request.args.get("round", type=int),
        max(request.args.get("page", 1, type=int), 1),
    )  # fmt: skip


@bp.route("/editions/<edition_slug>/selection", endpoint="board", methods=["GET", "POST"], allow=can_run)
def show_board(edition: Edition) -> Any:
    """The order, the uncertainty, the cut line, the decisions. A POST saves the rows that the person changed."""
    if request.method == "POST":
        return _save(edition)
    sight, me = _sight(edition), signed_in_person()
    rounds = queries.rounds(edition)
    round_ = next((one for one in rounds if one.number == sight.round_number), rounds[-1] if rounds else None)
    sectors = {sector.id: sector.title for sector in sectors_of(edition)}
    found = queries.entries(edition, round_, me)
    context = _board(edition, sight, found, sectors)
    offers = [(one.country, one.sector_id) for one in found if board.places_taken(one)]
    return render_template(
        "selection/board.html", **context, sight=sight, rounds=rounds, round=round_, sectors=sectors,
        reading=queries.reading(round_), fit=scoring.latest_fit(round_) if round_ else None, total=len(found),
        mix=board.mix(offers, edition.programme.home_country), orders=ORDER_LABELS, views=VIEW_LABELS,
        discuss=_to_discuss(found, board.ranks(found, sight.order)), choices=list(Choice),
        saved="", swap_before=False, link=_linker(edition, sight),
    )  # fmt: skip


def _linker(edition: Edition, sight: Sight) -> Any:
    """Makes an address of the board that differs from the present one in what is named."""
    present = {"order": sight.order, "view": sight.view, "sector": sight.sector, "round": sight.round_number,
               "places": sight.places if sight.places != edition.places else None}  # fmt: skip
    usual = {"order": "adjusted", "view": "all"}

    def link(**changes: Any) -> str:
        wanted = {**present, **changes}
        kept = {key: value for key, value in wanted.items() if value is not None and usual.get(key) != value}
        return url_for(".board", edition_slug=edition.slug, **kept)

    return link


def _board(edition: Edition, sight: Sight, found: list[Entry], sectors: dict[int, str]) -> dict[str, Any]:
    early = board.too_early(found)
    order: Order = "name" if early else sight.order
    places = {} if early else board.ranks(found, order)
    cut = None if early else board.cut(found, sight.places, order)
    shown = [one for one in board.ordered(found, order) if _in_view(one, sight, edition.programme.home_country)]
    scale = interval_scale(bound for one in found for bound in (one.low, one.high, one.raw))
    countries = locale().territories
    first = min((sight.page - 1) * ROWS, max(len(shown) - 1, 0) // ROWS * ROWS)
    printed = shown[first : first + ROWS]
    rows = [_row(one, places.get(one.reference), sight, scale, cut, sectors, countries, early) for one in printed]
    last = max((at for at, one in enumerate(shown) if places.get(one.reference, sight.places + 1) <= sight.places),
               default=None) if order != "name" else None  # fmt: skip
    if last is not None and last + 1 < len(shown) and first <= last < first + ROWS:
        rows[last - first] = rows[last - first]._replace(last_in=True)
    grid = [(board.across(tick, scale), f"{tick:.1f}") for tick in ticks(*scale)]
    return {
        "rows": rows, "matching": len(shown), "page": first // ROWS + 1, "pages": -(-len(shown) // ROWS), "early": early,
        "before": json.dumps({one.reference: one.choice for one in printed if one.choice and one.open}), "grid": grid, "cut_at": None if cut is None else board.across(cut, scale),
        "band": board.close_band(found, places), "order": order,
    }  # fmt: skip


def _in_view(entry: Entry, sight: Sight, home: str) -> bool:
    if sight.sector is not None and entry.sector_id != sight.sector:
        return False
    if sight.view == "home":
        return entry.country == home
    if sight.view == "abroad":
        return entry.country != home
    if sight.view == "split":
        return entry.agreement == "split"
    return sight.view != "undecided" or (entry.choice is None and entry.open)


def _row(
    entry: Entry, rank: int | None, sight: Sight, scale: tuple[float, float], cut: float | None,
    sectors: dict[int, str], countries: Any, early: bool,
) -> Row:  # fmt: skip
    value = entry.raw if sight.order == "raw" else entry.adjusted
    low, high = (value, value) if sight.order == "raw" else (entry.low, entry.high)
    drawn = None if early or value is None or low is None or high is None else board.plot(low, value, high, scale, cut)
    where = countries.get(entry.country or "", "")
    meta = [sectors.get(entry.sector_id or 0, ""), f"{entry.city}, {where}" if entry.city and where else where]
    is_in = rank is not None and rank <= sight.places
    return Row(
        css="is-close" if entry.is_close and not early else "is-in" if is_in else "",
        rank=str(rank) if rank else "–",
        reference=entry.reference,
        name=entry.name,
        meta=" · ".join(part for part in meta if part),
        label=f"{value:.2f}, {low:.2f}-{high:.2f}" if drawn and value and low and high else "",
        plot=drawn,
        figure=f"{value:.2f}" if drawn and value is not None else "",
        chance="" if early else board.percent(entry.chance),
        agreement=entry.agreement,
        reads=f"{entry.reads}/{entry.wanted}" if entry.reads < entry.wanted else "",
        choice=entry.choice,
        open=entry.open,
        last_in=False,
    )


def _to_discuss(found: list[Entry], places: dict[str, int]) -> list[tuple[Entry, str, str, str]]:
    """What a meeting should talk about: entry, tone, tag and a sentence; the split ones first, then the close ones."""
    said = []
    for entry in board.ordered(found, "adjusted"):
        if not entry.open or entry.choice is not None:
            continue
        rank = places.get(entry.reference)
        if entry.agreement == "split" and entry.is_close:
            text = _("Place %(rank)s. The totals are %(points)s points apart.", rank=rank, points=f"{entry.spread:.1f}")
            said.append((0, entry, "warn", _("Split"), text))
        elif entry.reads < entry.wanted and entry.is_close:
            text = _(
                "Place %(rank)s. %(reads)s of %(wanted)s reviews.", rank=rank, reads=entry.reads, wanted=entry.wanted
            )
            said.append((1, entry, "bad", _("Missing score"), text))
        elif entry.is_close:
            text = _("Place %(rank)s, chance %(chance)s.", rank=rank, chance=board.percent(entry.chance))
            said.append((2, entry, "line", _("Close call"), text))
    said.sort(key=lambda item: item[0])
    return [(entry, tone, tag, text) for _rank, entry, tone, tag, text in said[:DISCUSSED]]


def _save(edition: Edition) -> Any:
    """Write the rows that differ from what the person saw; a colleague's other rows stay untouched.

    With scripts on, the form comes at each change and the panel beside the board goes back; without, at its button.
    """
    before, given = _seen(), {name: CODES[value] for name, value in request.form.items() if value in CODES}
    changed, said = 0, ""
    for reference, choice in given.items():
        if before.get(reference) == choice.value:
            continue
        try:
            with session().begin_nested():
                said = _choose(edition, reference, choice)
        except Refused as refusal:
            said = refusal.message
            continue
        changed += 1
        before[reference] = choice.value
    if not web.wants_fragment():
        flash(ngettext("%(num)s decision saved.", "%(num)s decisions saved.", changed) if changed or not said else said)
        return redirect(request.full_path.rstrip("?"))
    mix: Mix = board.mix(queries.offer_pairs(edition, signed_in_person()), edition.programme.home_country)
    sectors = {sector.id: sector.title for sector in sectors_of(edition)}
    return web.render_block("selection/board.html", "mix", mix=mix, sectors=sectors, saved=said, before=json.dumps(before),
                            swap_before=True)  # fmt: skip


def _seen() -> dict[str, str]:
    """The decisions that the person's page showed, by reference."""
    try:
        return {
            str(reference): str(choice) for reference, choice in json.loads(request.form.get("before", "{}")).items()
        }
    except (ValueError, AttributeError):
        abort(400)


def _choose(edition: Edition, reference: str, choice: Choice) -> str:
    application, me = queries.judged_application(edition, reference), signed_in_person()
    if application is None or not rules.can_decide(me, application):
        abort(404)
    basis = Basis.RAW if request.form.get("basis") == "raw" else Basis.ADJUSTED
    operations.decide(application, choice=choice, basis=basis, actor=me)
    return _("%(name)s: %(choice)s. Saved.", name=application.name, choice=choice.label)


@bp.route(
    "/editions/<edition_slug>/selection/<reference>",
    methods=["GET", "POST"],
    load=queries.judged_application,
    allow=rules.can_decide,
)
def decision(application: Application) -> Any:
    """One application: what the panel says, the decision with its reason, and every change of it."""
    edition, me = web.chosen(), signed_in_person()
    known = queries.decision(application)
    given = {"choice": known.choice.value, "basis": known.basis.value, "reason": known.reason,
             "feedback": known.feedback} if known else None  # fmt: skip
    form = DecisionForm(data=given)
    if form.validate_on_submit() and _decide(form, application):
        flash(_("Saved."))
        return redirect(url_for(".decision", edition_slug=edition.slug, reference=application.reference))
    rounds = queries.rounds(edition)
    context = {"panels": [_panel(round_, application) for round_ in reversed(rounds)]}
    page = render_template(
        "selection/decision.html", application=application, form=form, known=known, log=queries.changes(
            edition, me, of=application), countries=locale().territories, **context,
    )  # fmt: skip
    return page, 422 if form.problems else 200


def _decide(form: DecisionForm, application: Application) -> bool:
    me = signed_in_person()
    if not form.choice.data:
        return form.attempt(operations.undecide, application, actor=me)
    return form.attempt(
        operations.decide, application, choice=Choice(form.choice.data), basis=Basis(form.basis.data),
        reason=form.reason.data or "", feedback=form.feedback.data or "", actor=me,
    )  # fmt: skip


class Panel(NamedTuple):
    """What a round says of one application: means by criterion, each review, the interval."""

    round: Round
    means: Sequence[tuple[str, int, str]]
    reviews: Sequence[Any]
    standing: Any
    picture: Any


def _panel(round_: Round, application: Application) -> Panel:
    reviews = scoring.reviews_of(round_, application)
    marks = [review.marks for review in reviews if review.marks and review.total is not None]
    means = []
    for criterion in queries.criteria(round_):
        given = [float(mark[criterion.key]) for mark in marks if mark.get(criterion.key) is not None]
        means.append((criterion.name, criterion.weight, f"{sum(given) / len(given):.1f}" if given else "–"))
    standing, picture = scoring.standing(round_, application), None
    if (
        standing is not None
        and standing.adjusted is not None
        and standing.low is not None
        and standing.high is not None
    ):
        label = _("Score %(score)s, 80%% interval %(low)s to %(high)s", score=f"{standing.adjusted:.2f}",
                  low=f"{standing.low:.2f}", high=f"{standing.high:.2f}")  # fmt: skip
        picture = interval(standing.low, standing.adjusted, standing.high, scale=(1.0, 5.0), label=label)
    return Panel(round_, means, reviews, standing, picture)


@bp.route("/editions/<edition_slug>/selection/compare", allow=can_run)
def compare(edition: Edition) -> Any:
    """Two to four applications side by side."""
    wanted = [reference for reference in request.args.getlist("a") if reference.strip()][:COMPARED]
    found = [queries.judged_application(edition, reference.strip()) for reference in dict.fromkeys(wanted)]
    seen = [one for one in found if one is not None and rules.can_decide(signed_in_person(), one)]
    rounds = queries.rounds(edition)
    last = rounds[-1] if rounds else None
    columns = [(one, queries.decision(one), _panel(last, one) if last else None) for one in seen]
    return render_template("selection/compare.html", columns=columns, round=last, countries=locale().territories,
                           missing=len(found) - len(seen), pick=pick)  # fmt: skip


@bp.route("/editions/<edition_slug>/selection/minutes", allow=can_run)
def minutes(edition: Edition) -> Any:
    """Every decision with reason, basis and signers, and the log of changes; made for paper too."""
    me = signed_in_person()
    return render_template(
        "selection/minutes.html", minutes=queries.minutes(edition, me),
        log=queries.changes(edition, me, mark=request.args.get("mark")), counts=queries.decided_counts(edition),
    )  # fmt: skip
