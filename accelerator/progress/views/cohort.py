"""Milestones of the whole cohort, of one startup, and setting an own one."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from accelerator.accounts.models import Person
from accelerator.accounts.rules import on_team
from accelerator.accounts.views.visitor import current_person
from accelerator.core import i18n, web
from accelerator.core.i18n import gettext as _
from accelerator.programmes.models import Edition
from accelerator.progress import rules
from accelerator.progress.forms import MilestoneForm
from accelerator.progress.models import Milestone, MilestoneState
from accelerator.progress.operations.milestones import (
    add_milestone,
    change_milestone,
    change_problems,
    milestone_problems,
)
from accelerator.progress.queries import milestones as milestone_queries
from accelerator.progress.views.blueprint import bp
from accelerator.selection.queries.cohort import startup_of
from accelerator.startups.models import Startup
from accelerator.startups.queries import is_founder, people


@bp.route("/editions/<edition_slug>/milestones", allow=rules.can_see_milestones)
def milestones(edition: Edition) -> Any:
    """A founder's own track, or the cohort's table and from there one startup's."""
    person, slug = current_person(), request.args.get("startup")
    if rules.can_look_over_cohort(person, edition):
        if slug is None:
            return _cohort(edition)
        startup = milestone_queries.cohort_startup(edition, slug)
        return _track(edition, startup, person) if startup else abort(404)
    own = startup_of(person, edition)
    if own is None or slug not in (None, own.slug):
        abort(404)
    return _track(edition, own, person)


def _cohort(edition: Edition) -> Any:
    counts = milestone_queries.milestone_counts(edition)
    return render_template(
        "progress/cohort.html",
        counts=counts,
        can_review=rules.can_review_cohort(current_person(), edition),
        punctuality=milestone_queries.punctuality(edition),
        to_review=sum(row.to_review for row in counts),
        total=sum(row.total for row in counts),
        done=sum(row.done for row in counts),
    )


def _track(edition: Edition, startup: Startup, person: Person | None) -> Any:
    rows = milestone_queries.milestones_of(startup, edition)
    kept = [row for row in rows if row.state is not MilestoneState.DROPPED]
    day = milestone_queries.today(edition)
    states = [milestone_queries.step(row.state, row.due_on, day) for row in kept]
    now = states.index("later") if "later" in states else None
    return render_template(
        "progress/track.html",
        startup=startup,
        kept=kept,
        dropped=[row for row in rows if row not in kept],
        late_ids={row.id for row, state in zip(kept, states, strict=True) if state == "late"},
        states=states,
        now=now,
        today=day,
        done=sum(row.state is MilestoneState.ACHIEVED for row in kept),
        can_add=_can_add(person, startup, edition),
        looks_over=rules.can_look_over_cohort(person, edition),
        inside=on_team(person, edition.id),
    )


def _can_add(person: Person | None, startup: Startup, edition: Edition) -> bool:
    return on_team(person, edition.id) or is_founder(person, startup.id)


@bp.route("/editions/<edition_slug>/milestones/new", methods=["GET", "POST"], allow=rules.can_see_milestones)
def new_milestone(edition: Edition) -> Any:
    """Set a milestone: founders for themselves, the team for any startup."""
    person, slug = current_person(), request.args.get("startup")
    startup = milestone_queries.cohort_startup(edition, slug) if slug else startup_of(person, edition)
    if startup is None or person is None or not _can_add(person, startup, edition):
        abort(404)
    form = MilestoneForm()
    form.offer_owners(people(startup.id), i18n.language())
    day: dict[str, Any] = {"due_on": form.due_on.data, "begins_on": edition.starts_on}
    if form.validate_with(lambda: milestone_problems(startup.id, **_plan(form), **day)) and form.attempt(
        add_milestone,
        startup,
        edition,
        **values(form),
        title={i18n.language(): form.title.data},
        due_on=form.due_on.data,
        actor=person,
    ):
        flash(_("Milestone added."))
        return redirect(url_for(".milestones", edition_slug=edition.slug, startup=startup.slug))
    page = render_template("progress/edit.html", form=form, startup=startup, milestone=None)
    return page, 422 if form.is_submitted() else 200


@bp.route(
    "/editions/<edition_slug>/milestones/<int:milestone_id>/edit",
    methods=["GET", "POST"],
    load=milestone_queries.milestone,
    allow=rules.can_change_milestone,
)
def edit_milestone(milestone: Milestone) -> Any:
    """Change a milestone; title and day only where the person may."""
    person, edition, milestone = current_person(), web.chosen(), web.held(milestone)
    moves, moved = rules.can_move_milestone(person, milestone), (milestone.title, milestone.due_on)
    form = MilestoneForm(
        data={
            "detail": milestone.detail,
            "unit": milestone.unit,
            "target": milestone.target,
            "title": milestone.name,
            "owner_id": milestone.owner_id or 0,
            "due_on": milestone.due_on,
        },
        # In both languages, whichever the form shows; title and day only where it has them.
        stored=[milestone.detail, milestone.unit, milestone.target, milestone.owner_id, *(moved if moves else ())],
    )
    form.offer_owners(people(milestone.startup_id), i18n.language())
    if not moves:
        del form.title, form.due_on
    if form.validate_with(lambda: change_problems(milestone, **_plan(form))) and form.attempt(
        change_milestone, milestone, **values(form), **(_moved(form, milestone) if moves else {}), actor=person
    ):
        flash(_("Saved."))
        return redirect(url_for(".milestone", edition_slug=edition.slug, milestone_id=milestone.id))
    page = render_template("progress/edit.html", form=form, startup=milestone.startup, milestone=milestone)
    return page, 422 if form.is_submitted() else 200


def _plan(form: MilestoneForm) -> dict[str, Any]:
    """What of it the operations check."""
    return {name: value for name, value in values(form).items() if name != "detail"}


def _moved(form: MilestoneForm, milestone: Milestone) -> dict[str, Any]:
    title = form.title.data
    # Both languages of a template's title stay as long as nobody writes another one.
    kept = milestone.title if title == milestone.name else {i18n.language(): title}
    return {"title": kept, "due_on": form.due_on.data}


def values(form: MilestoneForm) -> dict[str, Any]:
    """What both forms share, as the operations take it."""
    return {
        "detail": form.detail.data or "",
        "unit": form.unit.data or None,
        "target": form.target.data,
        "owner_id": form.owner_id.data or None,
    }
