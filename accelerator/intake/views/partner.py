"""What partners read whose organisation reads: the list of applications and one of them, with nothing to press."""

from flask import abort, render_template, request, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core.countries import country_name
from accelerator.intake import rules
from accelerator.intake.answers.reading import REVIEWER_OPEN
from accelerator.intake.models import Application
from accelerator.intake.queries import consents, drafts, forms, partners
from accelerator.intake.queries.visibility import left_out
from accelerator.intake.views.blueprint import bp
from accelerator.programmes.models import Edition


@bp.route("/editions/<edition_slug>/partner/applications", allow=rules.can_read_as_partner)
def partner_applications(edition: Edition) -> str:
    """What was sent and is shared with the partner's organisation, by reference."""
    me = signed_in_person()
    host = partners.reading_host(edition, me)
    if host is None:  # the rule has let nobody else through
        abort(404)
    return render_template(
        "intake/partner_applications.html",
        page=partners.partner_rows(edition, me, host, request.args.get("page")),
        total=partners.partner_total(edition, me, host),
        left_out=left_out(edition, me),
        not_shared=len(consents.not_shared(edition, host, me)),
        host=host,
        country_name=country_name,
        to_page=lambda mark: url_for(".partner_applications", edition_slug=edition.slug, page=mark),
    )


@bp.route(
    "/editions/<edition_slug>/partner/applications/<reference>",
    load=drafts.application,
    allow=rules.can_read_one_as_partner,
)
def partner_application(application: Application) -> str:
    """The answers as they were sent last, as far as reviewers read them in an open round."""
    return render_template(
        "intake/partner_application.html",
        application=application,
        country_name=country_name,
        sections=forms.readable(application, application.revision_number, REVIEWER_OPEN),
    )
