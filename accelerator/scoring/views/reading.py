"""The reviewer's queue and the review screen: application beside rubric, saved as one goes."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import looks, storage, web
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.intake.models import ConflictKind
from accelerator.intake.operations import seal
from accelerator.programmes.models import Edition
from accelerator.scoring import rules
from accelerator.scoring.forms.conflicts import ConflictForm
from accelerator.scoring.forms.reviews import AbstainForm, ReviewForm, review_form
from accelerator.scoring.models import AssignmentState, Recommendation, RoundState
from accelerator.scoring.operations import conflicts, reviews
from accelerator.scoring.operations.reviews import Answers
from accelerator.scoring.queries import assigned_reviews, reviewers, rounds
from accelerator.scoring.queries.assigned_reviews import AssignedReview, OwnFile
from accelerator.scoring.queries.queue import (
    FILTERS,
    QueueLine,
    first_of_page,
    neighbours,
    neighbours_among,
    queue_counts,
    queue_page,
    queue_window,
)
from accelerator.scoring.rubric import LEAST_NOTE, MARKS, total_so_far
from accelerator.scoring.views.blueprint import bp

PLACE = "/editions/<edition_slug>/reviews/<reference>"
WINDOW = 40  # lines of the queue beside an application
BEHIND = 10  # of them above the current one, so that it stands in sight at the top of the list


def own_review(edition: Edition, reference: str) -> AssignedReview | None:
    """The review of whoever looks, for a route's ``load=``."""
    person = web.actor()
    return assigned_reviews.assigned_review(edition, person, reference) if person else None


def _own_file(edition: Edition, reference: str, attachment_id: int) -> OwnFile | None:
    person = web.actor()
    return assigned_reviews.own_file(edition, person, reference, attachment_id) if person else None


def _show() -> str | None:
    chosen = request.args.get("show")
    return chosen if chosen in FILTERS else None


@bp.route("/editions/<edition_slug>/reviews", allow=rules.can_review_here)
def queue(edition: Edition) -> Any:
    """The queue as a list, with what is asked of the reviewer."""
    round_ = rounds.current_round(edition)
    commitments = reviewers.own_commitments(edition, signed_in_person())
    if round_ is None or round_.state is RoundState.DRAFT:
        return render_template("scoring/queue.html", round=round_, visible=False, commitments=commitments)
    counts, _none = queue_counts(round_, signed_in_person())
    show, mark = _show(), request.args.get("page")
    page = queue_page(round_, signed_in_person(), show=show, mark=mark)
    return render_template(
        "scoring/queue.html",
        round=round_,
        visible=True,
        commitments=commitments,
        counts=counts,
        page=page,
        show=show,
        first=first_of_page(round_, signed_in_person(), page, show=show, mark=mark),
        so_far=_so_far(round_.criteria, page.rows),
    )


def _so_far(criteria: Any, lines: Sequence[QueueLine]) -> dict[str, float | None]:
    return {line.reference: line.total if line.mark == "done" else total_so_far(criteria, line.marks) for line in lines}


@bp.route(PLACE, methods=["GET", "POST"], load=own_review, allow=rules.can_read)
def review(assigned: AssignedReview) -> Any:
    """Read and score one application."""
    look = look_at(assigned)
    if looks.is_asked():
        page = _page(assigned, review_form(assigned.round.criteria, _known(assigned), is_sent=False), look)
        return page, 422 if look.problem else 200
    form = review_form(assigned.round.criteria, _known(assigned))
    if request.method == "GET":
        return _page(assigned, form, look)
    version = request.form.get("version", 0, type=int)
    if request.form.get("do") == "skip":
        return _onward(assigned) if _is_kept(assigned, form, version) else (_fresh(assigned, form, look), 409)
    stale = version != (assigned.review.version if assigned.review else 0)
    if form.validate_with(lambda: reviews.review_problems(assigned, form.answers(), version=version)) and form.attempt(
        reviews.submit_review, assigned, form.answers(), version=version, actor=signed_in_person()
    ):
        flash(_("Saved."))
        return _onward(assigned)
    if (
        not form.form_errors
        and not stale
        and assigned.round.is_open
        and assigned.assignment.state is not AssignmentState.DONE
    ):
        form.attempt(reviews.save_draft, assigned, form.answers(), version=version, actor=signed_in_person())
    return _fresh(assigned, form, look), 409 if stale and form.form_errors else 422


def _fresh(assigned: AssignedReview, form: ReviewForm, look: looks.Look) -> str:
    """The page with the newest version, so that sending it once more is a decision to overwrite."""
    return _page(
        assigned_reviews.assigned_review(web.chosen(), signed_in_person(), assigned.application.reference) or assigned,
        form,
        look,
    )


def _is_kept(assigned: AssignedReview, form: ReviewForm, version: int) -> bool:
    """Whether nothing is lost by going on: nothing was changed, or it is kept as a draft."""
    answers = form.answers()
    return answers == _known(assigned) or form.attempt(
        reviews.save_draft, assigned, answers, version=version, actor=signed_in_person()
    )


def _onward(assigned: AssignedReview) -> Any:
    edition = web.chosen()
    following = assigned_reviews.next_reference(assigned.assignment)
    if following is None:
        return redirect(url_for(".queue", edition_slug=edition.slug))
    return redirect(url_for(".review", edition_slug=edition.slug, reference=following, show=_show()))


def _known(assigned: AssignedReview) -> Answers:
    if assigned.review is None:
        return Answers({})
    review = assigned.review
    return Answers(review.marks, review.recommendation, review.confidence, review.note, review.feedback)


def look_at(assigned: AssignedReview) -> looks.Look:
    """What the reviewer may see of the answers now: before the close of a sealed call a reason opens them once."""
    if not web.chosen().is_sealed:
        return looks.OPEN
    return looks.look(
        _look_key(assigned),
        lambda reason: seal.record_look(assigned.application, reason=reason, actor=signed_in_person()),
    )


def _look_key(assigned: AssignedReview) -> str:
    return f"application {assigned.application.id} by {signed_in_person().id}, reviewing"


def _page(assigned: AssignedReview, form: ReviewForm, look: looks.Look) -> str:
    given = form.answers()
    return render_template(
        "scoring/review.html",
        assigned=assigned,
        round=assigned.round,
        application=assigned.application,
        form=form,
        sections=assigned_reviews.own_sections(assigned) if look.is_open else [],
        look=look,
        others=_others(assigned),
        marks=MARKS,
        least=LEAST_NOTE,
        recommendations=list(Recommendation),
        version=assigned.review.version if assigned.review else 0,
        given=len(given.marks),
        total=total_so_far(assigned.round.criteria, given.marks),
        submitted=assigned.assignment.state is AssignmentState.DONE,
        **_rail(assigned),
    )


def _rail(assigned: AssignedReview) -> dict[str, Any]:
    """The stretch of the queue beside the application: round it, or where ``since`` and ``until`` ask for another."""
    here, show = (assigned.assignment.position, assigned.assignment.id), _show()
    since, until = request.args.get("since", type=int), request.args.get("until", type=int)
    if since is not None:
        place, behind = (since, 0), 0
    elif until is not None:
        place, behind = (until + 1, 0), WINDOW
    else:
        place, behind = here, BEHIND
    counts, before = queue_counts(assigned.round, signed_in_person(), place)
    earlier, whole = before.listed(show), counts.listed(show)
    behind = min(earlier, max(behind, WINDOW - (whole - earlier)))
    lines = queue_window(assigned.round, signed_in_person(), place, behind=behind, ahead=WINDOW - behind, show=show)
    later, near = whole - (earlier - behind) - len(lines), None
    if place == here:
        reference = assigned.application.reference
        near = neighbours_among(lines, behind, reference, starts=earlier == behind, ends=later == 0)
    return {
        "lines": lines,
        "counts": counts,
        "show": show,
        "so_far": _so_far(assigned.round.criteria, lines),
        "earlier": earlier - behind,
        "later": later,
        "near": near or neighbours(assigned.round, signed_in_person(), here, show),
    }


def _others(assigned: AssignedReview) -> list[assigned_reviews.OtherReview] | None:
    return (
        assigned_reviews.other_reviews(assigned.assignment)
        if rules.can_see_others(signed_in_person(), assigned)
        else None
    )


@bp.route(f"{PLACE}/draft", methods=["POST"], load=own_review, allow=rules.can_read)
def draft(assigned: AssignedReview) -> Any:
    """Keep a draft while it is being written; 409 when it was changed elsewhere or can't be saved any more."""
    form = review_form(assigned.round.criteria)
    version = request.form.get("version", 0, type=int)
    try:
        saved = reviews.save_draft(assigned, form.answers(), version=version, actor=signed_in_person())
    except Refused as refusal:
        return refusal.message, 409
    return "", 204, {"X-Draft-Version": str(saved.version)}


@bp.route(f"{PLACE}/aside", methods=["GET", "POST"], load=own_review, allow=rules.can_read)
def aside(assigned: AssignedReview) -> Any:
    """Step aside: a conflict of interest, or another reason."""
    abstaining = request.form.get("do") == "abstain"
    conflict = ConflictForm(formdata=None if abstaining else request.form)
    conflict.label_choices()
    other = AbstainForm(formdata=request.form if abstaining else None)
    if request.method == "POST" and abstaining:
        if other.validate_with(lambda: reviews.abstain_problems(assigned, other.because.data)) and other.attempt(
            reviews.abstain, assigned, because=other.because.data, actor=signed_in_person()
        ):
            flash(_("You stepped aside. The programme team finds another reviewer."))
            return _onward(assigned)
    elif request.method == "POST" and conflict.validate():
        conflicts.declare_conflict(
            assigned.application,
            person=signed_in_person(),
            kind=ConflictKind(conflict.kind.data),
            note=conflict.note.data or "",
            actor=signed_in_person(),
        )
        flash(_("Conflict recorded. This application has left your queue."))
        return _onward(assigned)
    page = render_template(
        "scoring/aside.html", assigned=assigned, round=assigned.round, conflict=conflict, other=other
    )
    return page, 422 if conflict.problems or other.problems else 200


@bp.route(f"{PLACE}/files/<int:attachment_id>", load=_own_file, allow=rules.can_open_file)
def review_file(file: OwnFile) -> Any:
    """A file of the application, if it is among the answers that this reviewer sees."""
    attachment, assigned = file.attachment, file.assigned
    if web.chosen().is_sealed and not looks.is_part_of_look(_look_key(assigned)):
        raise Refused(_("The call is sealed until it closes. Open the application with a reason first."))
    ending = attachment.file_name.rsplit(".", 1)[-1].lower() if "." in attachment.file_name else "bin"
    # File names tend to be the company's: a blind round must not tell it.
    blind_name = f"{assigned.application.reference}-{attachment.question_key}.{ending}"
    content = storage.get(attachment.storage_key)
    is_pdf = content.startswith(b"%PDF-")
    return send_file(
        BytesIO(content),
        mimetype="application/pdf" if is_pdf else "application/octet-stream",
        as_attachment=not is_pdf,
        download_name=blind_name if assigned.round.blind else attachment.file_name,
    )
