"""Rounds: the list, one round, its dates and rights, opening and closing."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import clock, web
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.programmes.models import Edition
from accelerator.scoring import rules
from accelerator.scoring.forms.rounds import RoundForm
from accelerator.scoring.models import Round, SeeOthers
from accelerator.scoring.operations import rounds as round_operations
from accelerator.scoring.queries import assignments
from accelerator.scoring.queries import rounds as round_queries
from accelerator.scoring.queries.reviewers import progress_by_reviewer
from accelerator.scoring.views.blueprint import bp


@bp.route("/editions/<edition_slug>/rounds", allow=rules.can_run_rounds)
def rounds(edition: Edition) -> Any:
    """All rounds with their progress."""
    return render_template("scoring/rounds.html", lines=round_queries.rounds(edition, signed_in_person()))


@bp.route("/editions/<edition_slug>/rounds/new", methods=["GET", "POST"], allow=rules.can_run_rounds)
def new_round(edition: Edition) -> Any:
    """Prepare a round with the default rubric."""
    number = len(round_queries.rounds(edition, signed_in_person())) + 1
    form = RoundForm(data=_proposal(edition, number))
    form.label_choices()
    if form.validate_with(lambda: _problems(form, edition)) and form.attempt(
        lambda: round_operations.create_round(edition, **_values(form, edition), actor=signed_in_person())
    ):
        flash(_("Round prepared. Invite its reviewers next."))
        return redirect(url_for(".round", edition_slug=edition.slug, number=number))
    page = render_template("scoring/round_form.html", form=form, title=_("New round"), zone_of_times=edition.zone)
    return page, 422 if form.problems else 200


def _proposal(edition: Edition, number: int) -> dict[str, Any]:
    start = max(clock.now(), edition.refuses_at or clock.now()).astimezone(ZoneInfo(edition.zone)).date() + timedelta(
        days=3
    )
    return {
        "name_en": f"Round {number}",
        "name_ja": f"第{number}回審査",
        "reads": 3,
        "blind": True,
        "see_others": SeeOthers.AFTER_OWN.value,
        "opens_at": datetime.combine(start, time(9)),
        "closes_at": datetime.combine(start + timedelta(days=11), time(17)),
    }


def _problems(form: RoundForm, edition: Edition) -> Iterator[Refused]:
    return round_operations.date_problems(
        *(form.instant(field, edition.zone) for field in (form.opens_at, form.closes_at))
    )


def _values(form: RoundForm, edition: Edition) -> dict[str, Any]:
    return {
        "name": {"en": form.name_en.data, "ja": form.name_ja.data},
        "opens_at": form.instant(form.opens_at, edition.zone),
        "closes_at": form.instant(form.closes_at, edition.zone),
        "reads": form.reads.data,
        "blind": form.blind.data,
        "see_others": SeeOthers(form.see_others.data),
    }


@bp.route(
    "/editions/<edition_slug>/rounds/<int:number>",
    endpoint="round",
    load=round_queries.round_by_number,
    allow=rules.can_run_round,
)
def one_round(round_: Round) -> Any:
    """A round at a glance: progress, reviewers, rights, rubric."""
    return render_template(
        "scoring/round.html",
        round=round_,
        counts=assignments.counts(round_, signed_in_person()),
        fit=round_queries.latest_fit(round_),
        reviewers=progress_by_reviewer(round_, signed_in_person()),
        late=_is_over(round_),
    )


def _is_over(round_: Round) -> bool:
    return clock.now() > round_.closes_at


@bp.route(
    "/editions/<edition_slug>/rounds/<int:number>/settings",
    methods=["GET", "POST"],
    load=round_queries.round_by_number,
    allow=rules.can_run_round,
)
def round_settings(round_: Round) -> Any:
    """Change dates and rights."""
    edition, round_ = web.chosen(), web.held(round_)
    form = RoundForm(
        data={
            "name_en": round_.name.get("en"),
            "name_ja": round_.name.get("ja"),
            "reads": round_.reads,
            "blind": round_.blind,
            "see_others": round_.see_others.value,
            "opens_at": _local(round_.opens_at, edition),
            "closes_at": _local(round_.closes_at, edition),
        }
    )
    form.label_choices()
    if form.validate_with(lambda: _problems(form, edition)) and form.attempt(
        lambda: round_operations.change_round(round_, **_values(form, edition), actor=signed_in_person())
    ):
        flash(_("Saved."))
        return redirect(url_for(".round", edition_slug=edition.slug, number=round_.number))
    title = _("Settings of %(round)s", round=round_.title)
    page = render_template("scoring/round_form.html", form=form, title=title, round=round_, zone_of_times=edition.zone)
    return page, 422 if form.problems else 200


def _local(instant: datetime, edition: Edition) -> datetime:
    return instant.astimezone(UTC).astimezone(ZoneInfo(edition.zone)).replace(tzinfo=None)


@bp.route(
    "/editions/<edition_slug>/rounds/<int:number>/turn",
    methods=["GET"],
    load=round_queries.round_by_number,
    allow=rules.can_run_round,
)
def turn(round_: Round) -> Any:
    """The figures to look at before a round is opened or closed."""
    reviewers = progress_by_reviewer(round_, signed_in_person())
    return render_template(
        "scoring/turn.html",
        round=round_,
        counts=assignments.counts(round_, signed_in_person()),
        ready=[reviewer for reviewer in reviewers if reviewer.state.value == "yes"],
        behind=[reviewer for reviewer in reviewers if reviewer.left],
    )


@bp.route(
    "/editions/<edition_slug>/rounds/<int:number>/open",
    methods=["POST"],
    load=round_queries.round_by_number,
    allow=rules.can_run_round,
)
def open_round(round_: Round) -> Any:
    """Open the round."""
    edition = web.chosen()
    round_operations.start_round(round_, edition=edition, actor=signed_in_person())
    flash(_("%(round)s is open. Its reviewers can review.", round=round_.title))
    return redirect(url_for(".round", edition_slug=edition.slug, number=round_.number))


@bp.route(
    "/editions/<edition_slug>/rounds/<int:number>/close",
    methods=["POST"],
    load=round_queries.round_by_number,
    allow=rules.can_run_round,
)
def close_round(round_: Round) -> Any:
    """Close the round."""
    round_operations.close_round(round_, actor=signed_in_person())
    flash(_("%(round)s is closed. You can open it again.", round=round_.title))
    return redirect(url_for(".round", edition_slug=web.chosen().slug, number=round_.number))
