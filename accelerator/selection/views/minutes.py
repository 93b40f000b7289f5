"""The minutes: every decision, who signed it, and every change that led to it."""

from typing import Any

from flask import render_template, request

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.intake.queries.visibility import left_out
from accelerator.programmes.models import Edition
from accelerator.programmes.rules import can_run
from accelerator.selection.queries import board, log
from accelerator.selection.views.blueprint import bp


@bp.route("/editions/<edition_slug>/selection/minutes", allow=can_run)
def minutes(edition: Edition) -> Any:
    """Every decision with reason, basis and signers, and the log of changes; made for paper too."""
    me = signed_in_person()
    return render_template(
        "selection/minutes.html",
        minutes=log.minutes(edition, me, mark=request.args.get("rows")),
        log=log.changes(edition, me, mark=request.args.get("mark")),
        counts=board.decided_counts(edition, me),
        left_out=left_out(edition, me),
    )
