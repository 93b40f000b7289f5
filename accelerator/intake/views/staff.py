"""The team's page of one application."""

from typing import Any

from flask import render_template, request

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import clock, looks, web
from accelerator.core.countries import country_name
from accelerator.intake import rules
from accelerator.intake.answers.prefectures import prefecture_name
from accelerator.intake.models import Application
from accelerator.intake.operations import seal
from accelerator.intake.queries import consents, drafts, forms, openings, tags
from accelerator.intake.queries.same import earlier_applications
from accelerator.intake.views.application import SEEN_AS, around, seen_as_asked
from accelerator.intake.views.blueprint import bp
from accelerator.intake.views.files import look_key


@bp.route(
    "/editions/<edition_slug>/applications/<reference>",
    methods=["GET", "POST"],
    load=drafts.application,
    allow=rules.can_see,
)
def application(application: Application) -> Any:
    """One application: answers of a revision, facts, files, history. While the call is sealed a reason opens it once."""
    look = looks.OPEN
    if web.chosen().is_sealed:
        look = looks.look(
            look_key(application), lambda reason: seal.record_look(application, reason=reason, actor=signed_in_person())
        )
    page = _application(application, look)
    return page, 422 if look.problem else 200


def _application(application: Application, look: looks.Look) -> str:
    sent = drafts.sent_revisions(application)
    revisions = [row.revision for row in sent]
    asked_number = request.args.get("revision", application.revision_number, type=int)
    chosen = next((row for row in sent if row.revision.number == asked_number), sent[0] if sent else None)
    named = frozenset[int]().union(*(drafts.files_named(revision.answers) for revision in revisions))
    files = [file for file in drafts.attachments(application) if file.id in named] if named else []
    seen_as = seen_as_asked()
    audiences = SEEN_AS[seen_as][1]
    return render_template(
        "intake/application.html",
        **around(application),
        seen_as=seen_as,
        asked_number=chosen.revision.number if chosen and chosen is not sent[0] else None,
        application=application,
        earlier=earlier_applications(application, signed_in_person()),
        revisions=revisions,
        shown=chosen.revision if chosen else None,
        files=files,
        look=look,
        consents=consents.boxes_of(application) if look.is_open else [],
        kept={"tags": tags.tags_of(application), "owner": tags.owner_of(application)},
        extension=openings.extension_of(application),
        now=clock.now(),
        sections=forms.read_by(audiences, chosen.form, chosen.revision) if chosen and look.is_open else [],
        country_name=country_name,
        prefecture_name=prefecture_name,
    )
