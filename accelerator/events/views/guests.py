"""The guests of an event: list, check-in, export."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import web
from accelerator.core.i18n import gettext as _
from accelerator.core.spreadsheet import BOM, csv_text
from accelerator.events import queries, rules
from accelerator.events.models import Event, Registration, RegistrationState
from accelerator.events.operations.registrations import note_export, set_attended
from accelerator.events.views.blueprint import bp

PLACE = "/editions/<edition_slug>/events/<event_slug>/registrations"


@bp.route(PLACE, load=queries.event, allow=rules.can_run_event)
def registrations(event: Event) -> Any:
    """Counts and list, by state and search."""
    state_name = request.args.get("state", "")
    states = [state for state in RegistrationState if state.value == state_name]
    search = request.args.get("q", "").strip()[:80]
    chosen = {"state": state_name if states else None, "q": search or None}
    return render_template(
        "events/registrations.html",
        event=event,
        counts=queries.registration_counts(event),
        search=search,
        guests=queries.guests(event, states=states, search=search, mark=request.args.get("page")),
        countries=queries.countries(event),
        states=RegistrationState,
        state=chosen["state"],
        older=lambda mark: _list(event, **chosen, page=mark),
        page=request.args.get("page"),
        view=lambda state: _list(event, state=state, q=search or None),
    )


def _list(event: Event, **query: Any) -> str:
    return url_for(".registrations", edition_slug=web.chosen().slug, event_slug=event.slug, **query)


@bp.route(
    "/editions/<edition_slug>/registrations/<int:registration_id>/attended",
    methods=["POST"],
    load=queries.registration,
    allow=rules.can_check_in,
)
def attended(registration: Registration) -> Any:
    """Check somebody in, or take that back."""
    came = request.form.get("attended") == "yes"
    set_attended(registration, attended=came, actor=signed_in_person())
    flash(
        _("%(name)s is checked in.", name=registration.name)
        if came
        else _("%(name)s is no longer checked in.", name=registration.name)
    )
    return redirect(web.safe_path(request.form.get("next")) or _list(registration.event))


@bp.route(f"{PLACE}.csv", methods=["POST"], load=queries.event, allow=rules.can_run_event)
def export(event: Event) -> Any:
    """Every registration as CSV for a spreadsheet; that it was taken is recorded, which is why it is a POST."""
    rows = queries.all_guests(event)
    note_export(event, rows=len(rows), actor=signed_in_person())
    heads = (
        _("Name"),
        _("E-mail"),
        _("Organisation"),
        _("Country"),
        _("Language"),
        _("Time zone"),
        _("State"),
        _("Registered"),
        _("Checked in"),
    )
    cells = [
        (
            row.name,
            row.email,
            row.organisation,
            row.country,
            row.language,
            row.zone,
            row.state.label,
            row.registered_at.isoformat(),
            row.attended_at.isoformat() if row.attended_at else "",
        )
        for row in rows
    ]
    sent = Response(BOM + csv_text([heads, *cells]), mimetype="text/csv")
    sent.headers.set("Content-Disposition", "attachment", filename=f"{event.slug}-guests.csv")
    return sent
