"""Reviewers of a round: inviting them, correcting their answers, and their own answer."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import i18n, web
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import ngettext
from accelerator.programmes import queries as programmes
from accelerator.programmes.models import Edition
from accelerator.scoring import rules
from accelerator.scoring.forms.choices import options, people_choices
from accelerator.scoring.forms.rounds import CommitmentForm, InviteForm, StaffCommitmentForm
from accelerator.scoring.models import Commitment, CommitmentState, Round
from accelerator.scoring.operations import reminding
from accelerator.scoring.operations.reviewers import (
    answer_invitation,
    invitation_problems,
    invite_reviewers,
    invitee_problems,
    set_commitment,
)
from accelerator.scoring.queries import reviewers as reviewer_queries
from accelerator.scoring.queries import rounds
from accelerator.scoring.views.blueprint import bp


@bp.route(
    "/editions/<edition_slug>/rounds/<int:number>/reviewers",
    methods=["GET", "POST"],
    load=rounds.round_by_number,
    allow=rules.can_run_round,
)
def reviewers(round_: Round) -> Any:
    """Who was invited, what they said, and whom to invite."""
    edition = web.chosen()
    form = InviteForm()
    form.people.choices = options(people_choices(reviewer_queries.invitable(round_), i18n.language()))
    asked: list[int] = []

    def invite() -> None:
        chosen, capacity = form.person_ids, form.capacity.data or 0
        asked.append(
            invite_reviewers(round_, edition=edition, person_ids=chosen, capacity=capacity, actor=signed_in_person())
        )

    if form.validate_with(lambda: invitee_problems(round_, form.person_ids)) and form.attempt(invite):
        flash(ngettext("%(num)s reviewer invited.", "%(num)s reviewers invited.", asked[0]))
        return redirect(request.path)
    page = render_template(
        "scoring/reviewers.html",
        round=round_,
        form=form,
        reviewers=reviewer_queries.progress_by_reviewer(round_, signed_in_person()),
        sectors={sector.key: sector.title for sector in programmes.sectors(edition)},
    )
    return page, 422 if form.problems else 200


@bp.route(
    "/editions/<edition_slug>/rounds/<int:number>/remind",
    methods=["GET", "POST"],
    load=rounds.round_by_number,
    allow=rules.can_run_round,
)
def remind(round_: Round) -> Any:
    """Who would be reminded, and of what, before anybody is; nobody twice within a day."""
    edition = web.chosen()
    if request.method == "POST":
        reminded = reminding.remind_now(round_, edition=edition, actor=signed_in_person())
        flash(ngettext("%(num)s reviewer reminded.", "%(num)s reviewers reminded.", reminded))
        return redirect(url_for(".round", edition_slug=edition.slug, number=round_.number))
    waiting = reviewer_queries.open_reviews(round_, signed_in_person())
    lately = reviewer_queries.reminded_lately(round_)
    due = [reviewer for reviewer in waiting if reviewer.person.id not in lately]
    return render_template(
        "scoring/remind.html",
        round=round_,
        due=due,
        lately=lately,
        resting=[reviewer for reviewer in waiting if reviewer.person.id in lately],
        sample=reminding.reminder_text(due[0], round_, edition) if due else None,
    )


@bp.route(
    "/editions/<edition_slug>/rounds/<int:number>/reviewers/<int:commitment_id>",
    methods=["GET", "POST"],
    load=reviewer_queries.commitment,
    allow=rules.can_run_round,
)
def reviewer(commitment: Commitment) -> Any:
    """Correct what a reviewer said."""
    edition, commitment = web.chosen(), web.held(commitment)
    form = StaffCommitmentForm(data=_known(commitment))
    form.answer.choices = options((state.value, state.label) for state in (CommitmentState.YES, CommitmentState.NO))
    _offer_sectors(form, edition)
    if form.validate_on_submit() and form.attempt(
        set_commitment,
        commitment,
        state=CommitmentState(form.answer.data),
        capacity=form.capacity.data,
        expertise=form.expertise.data,
        languages=form.languages.data,
        actor=signed_in_person(),
    ):
        flash(_("Saved."))
        return redirect(url_for(".reviewers", edition_slug=edition.slug, number=commitment.round.number))
    page = render_template("scoring/reviewer.html", commitment=commitment, round=commitment.round, form=form)
    return page, 422 if form.problems else 200


def _own(edition: Edition, number: int) -> Commitment | None:
    person = web.actor()
    return reviewer_queries.own_commitment(edition, person, number) if person else None


@bp.route(
    "/editions/<edition_slug>/my-commitment/<int:number>", methods=["GET", "POST"], load=_own, allow=rules.can_answer
)
def my_commitment(commitment: Commitment) -> Any:
    """A reviewer's own answer: yes, yes with fewer, or no."""
    edition, commitment = web.chosen(), web.held(commitment)
    form = CommitmentForm(data=_known(commitment))
    form.answer.choices = options((("yes", _("Yes")), ("no", _("Not this time"))))
    _offer_sectors(form, edition)
    if form.validate_with(
        lambda: invitation_problems(commitment, taking_part=form.answer.data != "no")
    ) and form.attempt(
        answer_invitation,
        commitment,
        taking_part=form.answer.data == "yes",
        capacity=form.capacity.data,
        expertise=form.expertise.data,
        languages=form.languages.data,
        actor=signed_in_person(),
    ):
        flash(_("Thank you. Your answer is with the programme team; you can change it here."))
        return redirect(url_for(".queue", edition_slug=edition.slug))
    page = render_template("scoring/my_commitment.html", commitment=commitment, round=commitment.round, form=form)
    return page, 422 if form.problems else 200


def _known(commitment: Commitment) -> dict[str, Any]:
    answer = None if commitment.state is CommitmentState.INVITED else commitment.state.value
    return {
        "answer": answer,
        "capacity": commitment.capacity,
        "expertise": commitment.expertise,
        "languages": commitment.languages,
    }


def _offer_sectors(form: CommitmentForm, edition: Edition) -> None:
    form.expertise.choices = options((sector.key, sector.title) for sector in programmes.sectors(edition))
