"""One milestone: evidence, review, comments."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.utils import secure_filename

from accelerator.accounts.views.visitor import current_person, signed_in_person
from accelerator.core import storage, web
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.progress import files, rules
from accelerator.progress.forms import CommentForm, EvidenceForm, ReviewForm
from accelerator.progress.models import MILESTONE_MOVES, Evidence, Milestone, MilestoneState
from accelerator.progress.operations import milestones as milestone_operations
from accelerator.progress.queries import milestones as milestone_queries
from accelerator.progress.views.blueprint import bp
from accelerator.startups.queries import people

PLACE = "/editions/<edition_slug>/milestones/<int:milestone_id>"


@bp.route(PLACE, load=milestone_queries.milestone, allow=rules.can_see_milestone)
def milestone(milestone: Milestone) -> Any:
    """Everything about one milestone."""
    return _page(milestone)


def _page(
    milestone: Milestone,
    *,
    evidence: EvidenceForm | None = None,
    review: ReviewForm | None = None,
    comment: CommentForm | None = None,
) -> Any:
    person, edition = current_person(), web.chosen()
    works = rules.can_work_on_milestone(person, milestone)
    reviews = rules.can_review_milestone(person, milestone)
    filled = next((form for form in (evidence, review, comment) if form is not None), None)
    page = render_template(
        "progress/milestone.html",
        milestone=milestone,
        works=works,
        takes_evidence=works and rules.takes_evidence(milestone),
        filled=filled,
        today=milestone_queries.today(edition),
        evidence_form=(evidence or EvidenceForm(formdata=None, data={"result": milestone.result}))
        if works and (evidence is not None or rules.takes_evidence(milestone))  # the same
        else None,
        review_form=(review or ReviewForm(formdata=None, prefix="review-"))
        if reviews and (review is not None or _reviewable(milestone))  # what was sent in vain is not lost
        else None,
        comment_form=(comment or CommentForm(formdata=None, prefix="comment-"))
        if rules.can_comment_on_milestone(person, milestone)
        else None,
        changes=rules.can_change_milestone(person, milestone),
        owner=_owner(milestone),
        writers=milestone_queries.writers(milestone),
        droppable=rules.can_move_milestone(person, milestone)
        and MilestoneState.DROPPED in MILESTONE_MOVES.get(milestone.state, frozenset()),
        restorable=rules.can_move_milestone(person, milestone) and milestone.state is MilestoneState.DROPPED,
        late=milestone_queries.is_late(milestone.state, milestone.due_on, milestone_queries.today(edition)),
        inside=reviews,
        days_late=_days_late(milestone),
    )
    return (page, 422) if filled is not None else page


def _days_late(milestone: Milestone) -> int:
    """How many days after its day an achieved milestone was sent in; 0 for one on time."""
    return max(0, (milestone.achieved_on - milestone.due_on).days) if milestone.achieved_on else 0


def _reviewable(milestone: Milestone) -> bool:
    return milestone.state in (MilestoneState.SENT_IN, MilestoneState.ACHIEVED)


def _owner(milestone: Milestone) -> Any:
    founders = people(milestone.startup_id)
    return next((person for person in founders if person.id == milestone.owner_id), None)


def _back(milestone: Milestone) -> Any:
    return redirect(url_for(".milestone", edition_slug=web.chosen().slug, milestone_id=milestone.id))


def _examined(milestone: Milestone) -> web.Work | None:
    """Look into the file that was chosen, before the transaction keeps others from writing."""
    upload = _upload()
    if upload is None or not rules.takes_evidence(milestone):
        return None
    return partial(_examine, upload.filename or "", upload.read(files.LARGEST + 1))


def _upload() -> FileStorage | None:
    upload = request.files.get("file")
    return upload if upload and upload.filename else None


def _examine(name: str, content: bytes) -> milestone_operations.File | Refused:
    try:
        return milestone_operations.examine_evidence(name, content)
    except Refused as refusal:
        return refusal


@bp.route(
    f"{PLACE}/evidence",
    methods=["POST"],
    load=milestone_queries.milestone,
    allow=rules.can_work_on_milestone,
    ahead=_examined,
)
def hand_in(milestone: Milestone) -> Any:
    """Keep evidence, or send the milestone in with it."""
    form, given = EvidenceForm(), web.worked_ahead()
    file = given if isinstance(given, milestone_operations.File) else None
    send = request.form.get("then") == "send"
    typed: dict[str, Any] = {"text": form.text.data or "", "url": form.url.data or None, "result": form.result.data}

    def check() -> Iterator[Refused]:
        yield from milestone_operations.evidence_problems(milestone, **typed, has_file=_upload() is not None)
        if isinstance(given, Refused):
            yield given
        elif _upload() is not None and file is None:
            yield Refused(_("Choose the file again."), field="file")

    if form.validate_with(check) and form.attempt(
        milestone_operations.hand_in, milestone, **typed, file=file, send=send, actor=signed_in_person()
    ):
        flash(
            _("Sent in. The programme team will review it next.")
            if send
            else _("Evidence saved. The milestone isn't sent in yet.")
        )
        return _back(milestone)
    if file is not None and not form.file.errors:
        form.file.errors = [_("Choose the file again.")]  # no browser keeps it
    return _page(milestone, evidence=form)


@bp.route(f"{PLACE}/review", methods=["POST"], load=milestone_queries.milestone, allow=rules.can_review_milestone)
def review(milestone: Milestone) -> Any:
    """Accept or send back."""
    form = ReviewForm(prefix="review-")
    achieved = {"achieve": True, "send_back": False}.get(form.verdict.data or "")
    comment = form.comment.data or ""

    def check() -> Iterator[Refused]:
        return milestone_operations.review_problems(milestone, achieved=achieved, comment=comment)

    if form.validate_with(check) and form.attempt(
        milestone_operations.review,
        milestone,
        web.chosen(),
        achieved=achieved,
        comment=comment,
        actor=signed_in_person(),
    ):
        flash(
            _("Marked as achieved.") if milestone.state is MilestoneState.ACHIEVED else _("Sent back with a comment.")
        )
        return _back(milestone)
    return _page(milestone, review=form)


@bp.route(f"{PLACE}/comments", methods=["POST"], load=milestone_queries.milestone, allow=rules.can_comment_on_milestone)
def comment(milestone: Milestone) -> Any:
    """Say something."""
    form = CommentForm(prefix="comment-")
    text = form.text.data or ""
    if form.validate_with(lambda: milestone_operations.comment_problems(text)) and form.attempt(
        milestone_operations.comment, milestone, text=text, actor=signed_in_person()
    ):
        flash(_("Comment saved."))
        return _back(milestone)
    return _page(milestone, comment=form)


@bp.route(f"{PLACE}/drop", methods=["POST"], load=milestone_queries.milestone, allow=rules.can_move_milestone)
def drop(milestone: Milestone) -> Any:
    """Give it up."""
    milestone_operations.drop(milestone, actor=signed_in_person())
    flash(_("Dropped. “Bring back” undoes this."))
    return _back(milestone)


@bp.route(f"{PLACE}/bring-back", methods=["POST"], load=milestone_queries.milestone, allow=rules.can_move_milestone)
def bring_back(milestone: Milestone) -> Any:
    """Plan it again."""
    milestone_operations.bring_back(milestone, actor=signed_in_person())
    flash(_("Planned again."))
    return _back(milestone)


@bp.route(
    "/editions/<edition_slug>/evidence/<int:evidence_id>", load=milestone_queries.evidence, allow=rules.can_see_evidence
)
def evidence(evidence: Evidence) -> Any:
    """The file, to be saved and never shown as a page of ours."""
    if evidence.storage_key is None:
        return _back(evidence.milestone)
    content = storage.get(evidence.storage_key)
    sent = Response(content, mimetype=files.media_type(content) or "application/octet-stream")
    sent.headers.set(
        "Content-Disposition", "attachment", filename=secure_filename(evidence.file_name or "") or "evidence"
    )
    sent.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    sent.headers["Cache-Control"] = "private, no-store"
    return sent


@bp.route(
    "/editions/<edition_slug>/evidence/<int:evidence_id>/remove",
    methods=["POST"],
    load=milestone_queries.evidence,
    allow=rules.can_remove_evidence,
)
def remove_evidence(evidence: Evidence) -> Any:
    """Take a piece of evidence back."""
    milestone = evidence.milestone
    milestone_operations.remove_evidence(evidence, actor=signed_in_person())
    flash(_("Evidence removed."))
    return _back(milestone)
