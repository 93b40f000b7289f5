"""What changed between two revisions of an application, for its reviewer: of the answers that the round shows them."""

from typing import Any

from flask import render_template, request, url_for

from accelerator.core import web
from accelerator.intake.answers.reading import reviewer_audiences
from accelerator.intake.queries.changes import comparison
from accelerator.scoring import rules
from accelerator.scoring.queries.assigned_reviews import AssignedReview
from accelerator.scoring.views.blueprint import bp
from accelerator.scoring.views.reading import PLACE, look_at, own_review


@bp.route(f"{PLACE}/changes", methods=["GET", "POST"], load=own_review, allow=rules.can_read)
def review_changes(assigned: AssignedReview) -> Any:
    """Two revisions side by side. While the call is sealed a reason opens it once, as on the page of the review."""
    application, blind, look = assigned.application, assigned.round.blind, look_at(assigned)
    page = render_template(
        "intake/changes.html",
        application=application,
        name=application.reference if blind else application.name,
        comparison=comparison(
            application,
            reviewer_audiences(blind=blind),
            (request.args.get("from", type=int), request.args.get("to", type=int)),
            unnamed=blind,
            hidden=not look.is_open,
        ),
        look=look,
        views={},
        seen_as="",
        back=url_for(".review", edition_slug=web.chosen().slug, reference=application.reference),
    )
    return page, 422 if look.problem else 200
