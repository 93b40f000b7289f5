"""What changed between two revisions: for the team, and for the founders whose application it is."""

from typing import Any

from flask import render_template, request, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import looks, web
from accelerator.intake import rules
from accelerator.intake.answers.reading import TEAM
from accelerator.intake.models import Application
from accelerator.intake.operations import seal
from accelerator.intake.queries import drafts
from accelerator.intake.queries.changes import comparison
from accelerator.intake.queries.drafts import DraftPage
from accelerator.intake.views.application import PATH, SEEN_AS, seen_as_asked
from accelerator.intake.views.blueprint import bp
from accelerator.intake.views.files import look_key
from accelerator.intake.views.founder import PATH as OWN_PATH


def numbers_asked() -> tuple[int | None, int | None]:
    """The revisions that the address names."""
    return request.args.get("from", type=int), request.args.get("to", type=int)


@bp.route(f"{PATH}/changes", methods=["GET", "POST"], load=drafts.application, allow=rules.can_see)
def changes(application: Application) -> Any:
    """Two revisions side by side, or what of them reviewers see. While the call is sealed a reason opens it once."""
    look, seen_as = looks.OPEN, seen_as_asked()
    if web.chosen().is_sealed:
        look = looks.look(
            look_key(application), lambda reason: seal.record_look(application, reason=reason, actor=signed_in_person())
        )
    page = render_template(
        "intake/changes.html",
        application=application,
        name=application.name,
        comparison=comparison(
            application,
            SEEN_AS[seen_as][1],
            numbers_asked(),
            unnamed=seen_as == "blind",
            hidden=not look.is_open,
        ),
        look=look,
        views=SEEN_AS,
        seen_as=seen_as,
        back=url_for(".application", edition_slug=web.chosen().slug, reference=application.reference),
    )
    return page, 422 if look.problem else 200


@bp.route(f"{OWN_PATH}/changes", load=drafts.draft_page, allow=rules.can_fill_page)
def own_changes(page: DraftPage) -> str:
    """The founders' own revisions side by side."""
    application = page.application
    return render_template(
        "intake/changes.html",
        application=application,
        name=application.name,
        comparison=comparison(application, TEAM, numbers_asked()),
        look=looks.OPEN,
        views={},
        seen_as="",
        back=url_for(".tasks", edition_slug=web.chosen().slug, reference=application.reference),
    )
