"""Who reads what: loads and shortages, single reads by hand, and plans for a whole round."""

from collections.abc import Iterator
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import i18n, web
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import ngettext
from accelerator.core.outbox import JobState
from accelerator.core.text import half_width
from accelerator.intake.queries.visibility import is_barred, sums_withheld
from accelerator.scoring import rules
from accelerator.scoring.forms.choices import options, people_choices
from accelerator.scoring.forms.rounds import ReadForm
from accelerator.scoring.models import PROPOSE_PLAN, Assignment, CommitmentState, Plan, PlanState, Round
from accelerator.scoring.operations import assigning, planning
from accelerator.scoring.queries import assignments as assignment_queries
from accelerator.scoring.queries import conflicts, proposals, ranking, rounds
from accelerator.scoring.queries.reviewers import progress_by_reviewer
from accelerator.scoring.views.blueprint import bp

PLACE = "/editions/<edition_slug>/rounds/<int:number>"


@bp.route(f"{PLACE}/assignments", methods=["GET", "POST"], load=rounds.round_by_number, allow=rules.can_run_round)
def assignments(round_: Round) -> Any:
    """Applications and reviewers with their loads; a read can be added by hand."""
    if web.wants_fragment() and request.method == "GET":
        return _progress(round_)
    edition = web.chosen()
    reviewers = progress_by_reviewer(round_, signed_in_person())
    form = ReadForm(data={"reference": request.args.get("for", "")})
    ready = [reviewer.person for reviewer in reviewers if reviewer.state is CommitmentState.YES]
    form.person_id.choices = options([("", _("Choose a reviewer")), *people_choices(ready, i18n.language())])
    if _add(form, round_):
        flash(_("Review assigned."))
        return redirect(url_for(".assignments", edition_slug=edition.slug, number=round_.number))
    short = request.args.get("show") == "short"
    page = assignment_queries.application_lines(round_, signed_in_person(), short=short, mark=request.args.get("page"))
    plans = proposals.plans(round_)
    body = render_template(
        "scoring/assignments.html",
        round=round_,
        form=form,
        reviewers=reviewers,
        page=page,
        short=short,
        assigned=assignment_queries.reviewers_of(round_, [line.id for line in page.rows]),
        counts=assignment_queries.coverage(round_, signed_in_person()),
        published=[
            (plan, len(proposals.shown_pairs(plan, signed_in_person())))
            for plan in plans
            if plan.state is PlanState.PUBLISHED
        ],
        **_work(round_, next((plan for plan in plans if plan.state is PlanState.PROPOSED), None)),
    )
    return body, 422 if form.problems else 200


def _add(form: ReadForm, round_: Round) -> bool:
    if not form.is_submitted():
        return False
    edition, me = web.chosen(), signed_in_person()
    application = conflicts.judged_application(edition, half_width(form.reference.data or "").strip().upper())
    if application is not None and is_barred(me, application):
        application = None

    def check() -> Iterator[Refused]:
        chosen = None if form.person_id.errors else int(form.person_id.data)
        return assigning.assignment_problems(round_, application, chosen, actor=me)

    return form.validate_with(check) and form.attempt(
        assigning.assign_review, round_, application, edition=edition, person_id=int(form.person_id.data), actor=me
    )


def _work(round_: Round, plan: Plan | None) -> dict[str, Any]:
    job = assignment_queries.latest_job(PROPOSE_PLAN, round_)
    running = job is not None and job.state in (JobState.WAITING, JobState.RUNNING)
    failed = job is not None and job.state is JobState.DEAD
    pairs = len(proposals.shown_pairs(plan, signed_in_person())) if plan else 0
    return {"job": job if running else None, "failed": failed, "plan": plan, "pairs": pairs}


def _progress(round_: Round) -> Any:
    return web.render_block(
        "scoring/assignments.html", "progress", round=round_, **_work(round_, proposals.waiting_plan(round_))
    )


@bp.route(
    f"{PLACE}/assignments/<int:assignment_id>/remove",
    methods=["POST"],
    load=assignment_queries.assignment,
    allow=rules.can_run_round,
)
def take_back_review(assignment: Assignment) -> Any:
    """Take one read back."""
    assigning.take_back_review(assignment, actor=signed_in_person())
    flash(_("Review taken back."))
    return redirect(url_for(".assignments", edition_slug=web.chosen().slug, number=assignment.round.number))


@bp.route(f"{PLACE}/propose", methods=["POST"], load=rounds.round_by_number, allow=rules.can_run_round)
def propose(round_: Round) -> Any:
    """Have an assignment worked out."""
    planning.ask_for_plan(round_, actor=signed_in_person())
    flash(_("The plan is being made. You can leave this page."))
    return redirect(url_for(".assignments", edition_slug=web.chosen().slug, number=round_.number))


@bp.route(f"{PLACE}/plans/<int:plan_id>", load=proposals.plan, allow=rules.can_run_round)
def plan(plan: Plan) -> Any:
    """A plan to inspect: loads, certificate, who is short and why, and who is to review what."""
    loads: dict[int, int] = {}
    pairs = proposals.shown_pairs(plan, signed_in_person())
    for _application, person_id in pairs:
        loads[person_id] = loads.get(person_id, 0) + 1
    starving = {key for gap in plan.short for key in gap["applications"]}
    return render_template(
        "scoring/plan.html",
        plan=plan,
        round=plan.round,
        loads=loads,
        pairs=pairs,
        withheld=sums_withheld(plan.edition_id, signed_in_person().id),
        page=proposals.plan_lines(plan, signed_in_person(), mark=request.args.get("page")),
        reviewers=progress_by_reviewer(plan.round, signed_in_person()),
        names=ranking.names_of(plan.edition_id, signed_in_person(), starving) if starving else {},
    )


@bp.route(f"{PLACE}/plans/<int:plan_id>/publish", methods=["POST"], load=proposals.plan, allow=rules.can_run_round)
def publish(plan: Plan) -> Any:
    """Turn the plan into reads."""
    left_out = planning.publish_plan(plan, edition=web.chosen(), actor=signed_in_person())
    flash(_("Plan published. Each reviewer gets one e-mail."))
    if left_out:
        flash(
            ngettext(
                "%(num)s review was left out, because something changed since the proposal. Propose again to fill the gap.",
                "%(num)s reviews were left out, because something changed since the proposal. Propose again to fill the gaps.",
                left_out,
            ),
            "bad",
        )
    return redirect(url_for(".assignments", edition_slug=web.chosen().slug, number=plan.round.number))


@bp.route(f"{PLACE}/plans/<int:plan_id>/discard", methods=["POST"], load=proposals.plan, allow=rules.can_run_round)
def discard(plan: Plan) -> Any:
    """Throw the proposal away."""
    planning.discard_plan(plan, actor=signed_in_person())
    flash(_("Proposal discarded."))
    return redirect(url_for(".assignments", edition_slug=web.chosen().slug, number=plan.round.number))


@bp.route(f"{PLACE}/plans/<int:plan_id>/take-back", methods=["POST"], load=proposals.plan, allow=rules.can_run_round)
def take_back(plan: Plan) -> Any:
    """Take a published plan back."""
    number = planning.take_back_plan(plan, actor=signed_in_person())
    flash(ngettext("%(num)s review taken back.", "%(num)s reviews taken back.", number))
    return redirect(url_for(".assignments", edition_slug=web.chosen().slug, number=plan.round.number))
