"""Acts on many applications: the preview that says whom it changes, the confirmation, and what came of it."""

from itertools import chain
from typing import Any

from flask import abort, redirect, render_template, request, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import web
from accelerator.core.errors import Refused
from accelerator.core.forms import DigitsField, Form
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.core.versions import version_of
from accelerator.intake import bulk_acts, rules
from accelerator.intake.operations import bulk
from accelerator.intake.operations.bulk import BulkAct, Preview, Values
from accelerator.intake.queries import bulk as queries
from accelerator.intake.queries import listing
from accelerator.intake.queries.bulk import MOST_TICKED, Chosen
from accelerator.intake.team_models import BulkRun, LineState
from accelerator.intake.views.blueprint import bp
from accelerator.intake.views.listing import asked_filters, parameters, ticked
from accelerator.programmes.models import Edition
from accelerator.programmes.rules import can_run

OFFERS = (bulk_acts,)
"""What is offered on the list: taking it in is all that it needs."""
MOST_NAMED = 50  # applications that a preview names of each kind
PATH = "/editions/<edition_slug>/applications/many/<act>"


class CountForm(Form):
    """How many applications change, typed."""

    count = DigitsField(lazy("How many applications change"))


@bp.route(PATH, methods=["GET", "POST"], allow=can_run)
def act_on_many(edition: Edition, act: str) -> Any:
    """What an act would change and what not; with the number confirmed, do it."""
    offered = bulk.act(act)
    if offered is None:
        abort(404)
    chosen, form = _chosen(), offered.form(edition) if offered.form else Form()
    values = offered.values(form)
    problems_free = offered.form is None or form.validate_with(lambda: offered.problems(edition, values))
    shown, counting = None, CountForm()
    if problems_free:
        shown = bulk.preview(edition, offered, chosen, values, viewer=signed_in_person())
        seen = version_of(shown.ids, dict(values))
        if request.method == "POST" and "confirm" in request.form:
            run = _confirmed(edition, offered, shown, values, counting, is_seen=request.form.get("seen") == seen)
            if run is not None:
                return redirect(url_for(".many_changed", edition_slug=edition.slug, run_id=run.id))
    rows = _rows(shown) if shown else queries.chosen_rows(edition, signed_in_person(), chosen)
    page = render_template(
        "intake/many.html",
        act=offered,
        form=form,
        counting=counting,
        shown=shown,
        seen=seen if shown else "",
        count=len(rows),
        most=MOST_NAMED,
        typed_from=bulk.TYPED_FROM,
        **_ways(edition, offered, chosen, [row.reference for row in rows]),
    )
    return page, 422 if form.problems or counting.problems else 200


def _rows(shown: Preview) -> list[Any]:
    return [*shown.changed, *chain(*shown.skipped.values())]


def _confirmed(
    edition: Edition, act: BulkAct, shown: Preview, values: Values, counting: CountForm, *, is_seen: bool
) -> BulkRun | None:
    """What was done; None where it was refused, or is not what the person had seen."""
    if not is_seen:
        counting.refuse(Refused(_("This has changed since the preview. Look at it again, then confirm.")))
        return None
    runs: list[BulkRun] = []
    counting.attempt(
        lambda: runs.append(
            bulk.begin(edition, act, shown.ids, values, typed=counting.count.data, actor=signed_in_person())
        )
    )
    return runs[0] if runs else None


def _chosen() -> Chosen:
    if request.args.get("all"):
        return Chosen(filters=asked_filters(request.args))
    return Chosen(tuple(ticked()[:MOST_TICKED]))


def _ways(edition: Edition, act: BulkAct, chosen: Chosen, references: list[str]) -> dict[str, Any]:
    """Where the page leads: back to the list with its ticks, and to the same for all that match."""
    filters = asked_filters(request.args)
    narrowed, ticks = parameters(filters), "" if chosen.filters else ".".join(sorted(references))
    matching = listing.total(edition, signed_in_person(), filters)
    everything = url_for(".act_on_many", edition_slug=edition.slug, act=act.name, all=1, **narrowed)
    return {
        "back": url_for(".applications", edition_slug=edition.slug, ticked=ticks or None, **narrowed),
        "everything": None if chosen.filters or len(references) >= matching else everything,
        "matching": matching,
    }


@bp.route("/editions/<edition_slug>/applications/many/done/<int:run_id>", load=queries.run, allow=rules.can_see_run)
def many_changed(run: BulkRun) -> Any:
    """How far an act on many applications is, and what was refused."""
    viewer, act = signed_in_person(), bulk.act(run.act)
    tally, job = queries.tally(run, viewer), queries.job_of(run)
    context = {
        "run": run,
        "title": act.title(sum(tally.values())) if act else "",
        "done": tally.get(LineState.DONE, 0),
        "waiting": tally.get(LineState.WAITING, 0),
        "refusals": queries.refusals(run, viewer),
        "job": job,
    }
    if web.wants_fragment():
        return web.render_block("intake/many_changed.html", "progress", **context)
    return render_template("intake/many_changed.html", **context)
