"""The board for partners whose organisation reads: order, scores and what was released, with nothing to press."""

from flask import render_template, request, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core.i18n import locale
from accelerator.intake.queries.consents import not_shared
from accelerator.intake.queries.partners import reading_host
from accelerator.intake.queries.visibility import estimates_withheld, left_out
from accelerator.intake.rules import can_read_as_partner
from accelerator.programmes.models import Edition
from accelerator.programmes.queries import sectors as sectors_of
from accelerator.selection import board
from accelerator.selection.board import BoardView
from accelerator.selection.models import Choice
from accelerator.selection.queries import order, releases
from accelerator.selection.queries.board import rounds
from accelerator.selection.views.blueprint import bp

SIZE = 100


@bp.route("/editions/<edition_slug>/partner/board", allow=can_read_as_partner)
def partner_board(edition: Edition) -> str:
    """The last round's order; a page of it.

    Whom the programme means to decline is nobody's business but the team's: a decision is shown once it was released.
    """
    me, number = signed_in_person(), max(request.args.get("page", 1, type=int), 1)
    round_ = next(reversed(rounds(edition)), None)
    board_view = BoardView("adjusted", edition.places, "all", None, None)
    host = reading_host(edition, me)
    hidden = not_shared(edition, host, me) if host else []
    whole = order.overview(edition, round_, me, board_view, hidden=hidden)
    last = max(-(-whole.total // SIZE), 1)
    number = min(number, last)
    rows = order.entries(
        edition, round_, me, board_view, by_name=whole.early, first=(number - 1) * SIZE, size=SIZE, hidden=hidden
    )
    return render_template(
        "selection/partner_board.html",
        rows=rows,
        whole=whole,
        number=number,
        last=last,
        percent=board.percent,
        sectors={sector.id: sector.title for sector in sectors_of(edition)},
        countries=locale().territories,
        words={choice.value: choice.label for choice in Choice},
        left_out=left_out(edition, me),
        not_shared=len(hidden),
        host=host,
        withheld=estimates_withheld(edition.id, me.id),
        released=releases.last_release(edition) is not None,
        to_page=lambda page: url_for(".partner_board", edition_slug=edition.slug, page=page),
    )
