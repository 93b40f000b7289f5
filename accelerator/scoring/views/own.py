"""A reviewer's own pages beside the queue: scores, guide, conflicts."""

from collections.abc import Iterator
from statistics import mean
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from accelerator.accounts import queries as accounts
from accelerator.accounts.models import Role
from accelerator.accounts.rules import on_team
from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import i18n, web
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import ngettext
from accelerator.core.text import clean_line
from accelerator.intake.models import Conflict, ConflictKind
from accelerator.programmes.models import Edition
from accelerator.scoring import rules
from accelerator.scoring.forms.choices import options, people_choices
from accelerator.scoring.forms.conflicts import OwnConflictsForm, StaffConflictForm
from accelerator.scoring.operations import conflicts as conflict_operations
from accelerator.scoring.queries import assigned_reviews, rounds
from accelerator.scoring.queries import conflicts as conflict_queries
from accelerator.scoring.views.blueprint import bp


@bp.route("/editions/<edition_slug>/my-scores", allow=rules.can_review_here)
def my_scores(edition: Edition) -> Any:
    """Own scores, their spread, and the panel's means where the round allows it."""
    round_ = rounds.current_round(edition)
    compare = round_ is not None and rules.can_compare(signed_in_person(), round_)
    scores = assigned_reviews.own_scores(round_, signed_in_person(), with_panel=compare) if round_ is not None else []
    pairs = [(score.total, score.panel) for score in scores if score.panel is not None]
    return render_template(
        "scoring/my_scores.html",
        round=round_,
        scores=scores,
        compare=compare,
        average=mean(score.total for score in scores) if scores else None,
        distance=mean(own - panel for own, panel in pairs) if pairs else None,
        histogram=[(low, sum(low <= score.total < low + 1 for score in scores)) for low in (1, 2, 3, 4)]
        if scores
        else [],
    )


@bp.route("/editions/<edition_slug>/guide", allow=rules.can_learn)
def guide(edition: Edition) -> Any:
    """How to score: the rubric with its anchors, and what happens to a score."""
    return render_template("scoring/guide.html", round=rounds.current_round(edition))


@bp.route("/editions/<edition_slug>/conflicts", methods=["GET", "POST"], allow=rules.can_declare)
def conflicts(edition: Edition) -> Any:
    """Declare own conflicts from the list of names; the team also records those of others."""
    team = on_team(signed_in_person(), edition.id)
    recording = team and request.form.get("do") == "record"
    search = clean_line(request.values.get("q", ""))[:80]
    own = OwnConflictsForm(formdata=None if recording else request.form)
    other = StaffConflictForm(formdata=request.form if recording else None, prefix="staff")
    own.label_choices()
    other.label_choices()
    everybody = conflict_queries.names(edition)
    people = accounts.people_with(edition.id, Role.REVIEWER, Role.STAFF, Role.ADMIN, Role.PARTNER) if team else []
    other.person_id.choices = options([("", _("Choose a person")), *people_choices(people, i18n.language())])
    other.slug.choices = options(
        [("", _("Choose an application")), *((slug, name) for slug, name, _country in everybody)]
    )
    if request.method == "POST" and (_record(other, edition, people) if recording else _declare(own, edition)):
        return redirect(url_for(".conflicts", edition_slug=edition.slug))
    declared = conflict_queries.conflicts_of(edition, signed_in_person())
    known = {slug for slug, *_rest in declared}
    typed = search.casefold()
    page = render_template(
        "scoring/conflicts.html",
        own=own,
        other=other,
        team=team,
        search=search,
        declared=declared,
        names=[name for name in everybody if name[0] not in known and typed in name[1].casefold()],
        records=conflict_queries.conflicts(edition) if team else [],
        marked=own.slugs.data or [],
    )
    return page, 422 if own.problems or other.problems else 200


@bp.route(
    "/editions/<edition_slug>/conflicts/<int:conflict_id>/lift",
    methods=["POST"],
    load=conflict_queries.conflict,
    allow=rules.can_lift,
)
def lift_conflict(conflict: Conflict) -> Any:
    """Strike a conflict that was declared by mistake."""
    conflict_operations.lift_conflict(conflict, actor=signed_in_person())
    flash(_("Conflict lifted. Reviews that it ended can be assigned again."))
    return redirect(url_for(".conflicts", edition_slug=web.chosen().slug))


def _declare(form: OwnConflictsForm, edition: Edition) -> bool:
    slugs = form.slugs.data or []
    done = form.validate_with(lambda: conflict_operations.declared_problems(edition, slugs)) and form.attempt(
        conflict_operations.declare_conflicts,
        edition,
        slugs=slugs,
        kind=ConflictKind(form.kind.data),
        note=form.note.data or "",
        actor=signed_in_person(),
    )
    if done:
        flash(ngettext("%(num)s conflict recorded.", "%(num)s conflicts recorded.", len(slugs)))
    return done


def _record(form: StaffConflictForm, edition: Edition, people: Any) -> bool:
    person = next((person for person in people if str(person.id) == form.person_id.data), None)

    def check() -> Iterator[Refused]:
        return conflict_operations.record_problems(edition, person, form.slug.data)

    done = form.validate_with(check) and form.attempt(
        conflict_operations.record_conflict,
        edition,
        person=person,
        slug=form.slug.data,
        kind=ConflictKind(form.kind.data),
        note=form.note.data or "",
        actor=signed_in_person(),
    )
    if done:
        flash(_("Conflict recorded."))
    return done
