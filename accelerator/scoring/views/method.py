"""How the ranking is worked out, and all reviews of one application, for the team."""

from typing import Any

from flask import flash, redirect, render_template, url_for

from accelerator.accounts.rules import on_team
from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import web
from accelerator.core.i18n import gettext as _
from accelerator.core.outbox import JobState
from accelerator.intake.queries.visibility import estimates_withheld
from accelerator.scoring import rules
from accelerator.scoring.models import FIT_RANKING, Fit, Round
from accelerator.scoring.operations import fitting
from accelerator.scoring.queries import assignments, ranking, reviewers, rounds
from accelerator.scoring.queries.ranking import Case
from accelerator.scoring.views.blueprint import bp

PLACE = "/editions/<edition_slug>/rounds/<int:number>"


@bp.route(f"{PLACE}/method", load=rounds.round_by_number, allow=rules.can_learn_of)
def method(round_: Round) -> Any:
    """How it is worked out, in plain words; the team also sees the figures."""
    team = on_team(signed_in_person(), round_.edition_id)
    fit = rounds.latest_fit(round_) if team else None
    # Order, number of reviews and a dash would tell whose review of it is among them, so all that was estimated stays away.
    withheld = team and estimates_withheld(round_.edition_id, signed_in_person().id)
    # So does when that was, and whether a review came in since.
    shown = None if withheld else fit
    job = assignments.latest_job(FIT_RANKING, round_) if team and not withheld else None
    return render_template(
        "scoring/method.html",
        round=round_,
        team=team,
        fit=shown,
        withheld=withheld,
        effects=_effects(round_, shown) if shown else [],
        moved=_moved(round_, shown) if shown else {},
        shares=_shares(shown) if shown else [],
        working=job is not None and job.state in (JobState.WAITING, JobState.RUNNING),
    )


def _effects(round_: Round, fit: Fit) -> list[dict[str, Any]]:
    """Reviewers, strictest first. Nothing is said of the effects of somebody with fewer than 8 reads."""
    people = {reviewer.person.id: reviewer.person for reviewer in reviewers.progress_by_reviewer(round_)}
    known = [
        {**effect, "person": people.get(effect["reviewer"]), "enough": effect["reads"] >= 8} for effect in fit.reviewers
    ]
    return sorted(known, key=lambda effect: -(effect["severity"] or 0.0))


def _moved(round_: Round, fit: Fit) -> dict[str, list[tuple[str, str]]]:
    ids = [*fit.swaps["entering"], *fit.swaps["leaving"]]
    names = ranking.names_of(round_.edition_id, signed_in_person(), ids) if ids else {}
    return {side: [names[key] for key in fit.swaps[side] if key in names] for side in ("entering", "leaving")}


def _shares(fit: Fit) -> list[tuple[str, float]]:
    whole = sum(fit.variances.values())
    return [(part, value / whole) for part, value in fit.variances.items()] if whole else []


@bp.route(f"{PLACE}/fit", methods=["POST"], load=rounds.round_by_number, allow=rules.can_run_round)
def fit_now(round_: Round) -> Any:
    """Work the ranking out anew."""
    fitting.ask_for_fit(round_, actor=signed_in_person())
    flash(_("The ranking is being calculated. This takes a few seconds."))
    return redirect(url_for(".method", edition_slug=web.chosen().slug, number=round_.number))


@bp.route(f"{PLACE}/scores/<reference>", load=ranking.case, allow=rules.can_see_case)
def scores(case: Case) -> Any:
    """Every review of one application, side by side."""
    entry = ranking.entry_of(case.round, case.application)
    places = ranking.places_of([entry], signed_in_person()) if entry else {}
    return render_template(
        "scoring/scores.html",
        round=case.round,
        application=case.application,
        reviews=ranking.reviews_of(case.round, case.application),
        entry=entry,
        places=places[entry.id] if entry else None,
    )
