"""One application's decision with what the panel says of it, the feedback for its letter, and comparison."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from flask import flash, redirect, render_template, request, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import web
from accelerator.core.charts.intervals import interval
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import locale, pick
from accelerator.core.text import clean
from accelerator.intake.models import Application
from accelerator.programmes.models import Edition
from accelerator.programmes.rules import can_run
from accelerator.scoring.models import RankingEntry, Round
from accelerator.selection import rules
from accelerator.selection.forms import DecisionForm, FeedbackForm, feedback_form
from accelerator.selection.models import Basis, Choice
from accelerator.selection.operations import decisions, freezing
from accelerator.selection.operations import feedback as feedback_operations
from accelerator.selection.operations.feedback import Wording
from accelerator.selection.queries import board, log, panels, releases
from accelerator.selection.queries.feedback import FeedbackLine, feedback_lines, feedback_version
from accelerator.selection.queries.panels import Said
from accelerator.selection.views.blueprint import bp

COMPARED = 4


@bp.route(
    "/editions/<edition_slug>/selection/<reference>",
    methods=["GET", "POST"],
    load=board.judged_application,
    allow=rules.can_decide,
)
def decision(application: Application) -> Any:
    """One application: what the panel says, the decision with its reason, and every change of it."""
    form = DecisionForm(data=_given(application))
    if form.validate_with(lambda: _problems(form, application)) and _decide(form, application):
        flash(_("Saved."))
        return redirect(url_for(".decision", edition_slug=web.chosen().slug, reference=application.reference))
    lines = feedback_lines(application)
    return _page(application, form, feedback_form(lines, is_sent=False), lines)


def _page(application: Application, form: DecisionForm, sharing: FeedbackForm, lines: Sequence[FeedbackLine]) -> Any:
    """The page of a decision with its two forms, either of which may have been refused with what was typed."""
    edition, me = web.chosen(), signed_in_person()
    known, release = board.decision(application), releases.release_overview(edition).under_way
    by_round = panels.said(board.rounds(edition)[::-1], [application], me)
    page = render_template(
        "selection/decision.html",
        application=application,
        form=form,
        sharing=sharing,
        known=known,
        lines=lines,
        log=log.changes(edition, me, of=application),
        countries=locale().territories,
        panels=[_panel(panel) for panel in by_round.values()],
        version=decisions.decision_version(known),
        feedback_version=feedback_version(feedback_lines(application)),
        release=release,
        frozen=freezing.what_it_undoes(release) if release else "",
    )
    return page, 422 if form.problems or sharing.problems else 200


@bp.route(
    "/editions/<edition_slug>/selection/<reference>/feedback",
    methods=["POST"],
    load=board.judged_application,
    allow=rules.can_decide,
)
def share_feedback(application: Application) -> Any:
    """Keep the edited copies of what reviewers wrote for the applicant, and which of them the letter takes."""
    lines, version = feedback_lines(application), request.form.get("version")
    form = feedback_form(lines, is_sent=True)
    wordings = {
        line.review_id: Wording(
            clean(form[f"text-{line.review_id}"].data or "").strip(), form[f"share-{line.review_id}"].data
        )
        for line in lines
    }
    actor = signed_in_person()
    if form.validate_with(
        lambda: feedback_operations.feedback_problems(application, lines, wordings, actor=actor, version=version)
    ) and form.attempt(
        feedback_operations.share_feedback, application, wordings, actor=actor, undo=form.undo.data, version=version
    ):
        flash(_("Feedback for the letter saved."))
        return redirect(url_for(".decision", edition_slug=web.chosen().slug, reference=application.reference))
    return _page(application, DecisionForm(formdata=None, data=_given(application)), form, lines)


def _given(application: Application) -> dict[str, str] | None:
    """What the form begins with: the decision as it is."""
    known = board.decision(application)
    if known is None:
        return None
    return {
        "choice": known.choice.value,
        "basis": known.basis.value,
        "reason": known.reason,
        "feedback": known.feedback,
    }


def _problems(form: DecisionForm, application: Application) -> Iterator[Refused]:
    return decisions.decision_problems(
        application,
        board.decision(application),
        actor=signed_in_person(),
        version=request.form.get("version"),
        takes_back=not form.choice.data,
    )


def _decide(form: DecisionForm, application: Application) -> bool:
    """Save what was chosen; "no decision yet" takes a pending decision back."""
    asked = {"actor": signed_in_person(), "undo": form.undo.data, "version": request.form.get("version")}
    if not form.choice.data:
        return form.attempt(decisions.undecide, application, **asked)
    return form.attempt(
        decisions.decide,
        application,
        choice=Choice(form.choice.data),
        basis=Basis(form.basis.data),
        reason=form.reason.data or "",
        feedback=form.feedback.data or "",
        **asked,
    )


class Panel(NamedTuple):
    """What a round says of one application: means by criterion, each review, the interval."""

    round: Round
    means: Sequence[tuple[str, int, str]]
    reviews: Sequence[Any]
    entry: Any
    places: Any
    picture: Any


def _panel(panel: Said) -> Panel:
    marks = [review.marks for review in panel.reviews if review.marks and review.total is not None]
    means = []
    for criterion in panel.criteria:
        given = [float(mark[criterion.key]) for mark in marks if mark.get(criterion.key) is not None]
        means.append((criterion.name, criterion.weight, f"{sum(given) / len(given):.1f}" if given else "–"))
    withheld = panel.places is not None and panel.places.withheld
    picture = None if withheld else _interval(panel.entry)
    return Panel(panel.round, means, panel.reviews, panel.entry, panel.places, picture)


def _interval(entry: RankingEntry | None) -> Any:
    """The drawing of a score with its uncertainty; None before there is one."""
    if entry is None or entry.adjusted is None or entry.low is None or entry.high is None:
        return None
    label = _(
        "Score %(score)s, 80%% interval %(low)s to %(high)s",
        score=f"{entry.adjusted:.2f}",
        low=f"{entry.low:.2f}",
        high=f"{entry.high:.2f}",
    )
    return interval(entry.low, entry.adjusted, entry.high, scale=(1.0, 5.0), label=label)


@bp.route("/editions/<edition_slug>/selection/compare", allow=can_run)
def compare(edition: Edition) -> Any:
    """Two to four applications side by side."""
    references = list(dict.fromkeys(given.strip() for given in request.args.getlist("a") if given.strip()))[:COMPARED]
    me = signed_in_person()
    compared = panels.side_by_side(edition, me, references)
    last = next(reversed(board.rounds(edition)), None)
    by_round = panels.said([last] if last else [], [application for application, _decision in compared], me)
    columns = [
        (application, decision, _panel(by_round[last.id, application.id]) if last else None)
        for application, decision in compared
    ]
    return render_template(
        "selection/compare.html",
        columns=columns,
        round=last,
        countries=locale().territories,
        missing=len(references) - len(compared),
        pick=pick,
    )
