"""The agenda of an event: points added, changed, moved, removed and put back."""

from collections.abc import Iterator
from typing import Any

from flask import flash, render_template, request

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import web
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.events import queries, rules
from accelerator.events.forms import AgendaForm
from accelerator.events.models import AgendaItem, Event
from accelerator.events.operations import agenda
from accelerator.events.views.blueprint import bp
from accelerator.events.views.plan import PLACE, edit_form, edit_page, instant, local, skipped_hours, to_edit

ITEM = "/editions/<edition_slug>/agenda/<int:item_id>"


@bp.route(f"{PLACE}/agenda", methods=["POST"], load=queries.event, allow=rules.can_run_event)
def add_agenda_item(event: Event) -> Any:
    """Add a point to the agenda."""
    form = AgendaForm(prefix="agenda-")
    if _is_right(form, event) and form.attempt(
        agenda.add_agenda_item, event, **_values(form), actor=signed_in_person()
    ):
        flash(_("Added to the agenda."))
        return to_edit(event, _anchor="agenda")
    return edit_page(event, edit_form(event, formdata=False), form), 422


def _is_right(form: AgendaForm, event: Event) -> bool:
    def check() -> Iterator[Refused]:
        yield from skipped_hours(form, "starts_at")
        yield from agenda.agenda_problems(event, instant(form.starts_at.data), form.minutes.data)

    return form.validate_with(check)


def _values(form: AgendaForm) -> dict[str, Any]:
    return {
        "starts_at": instant(form.starts_at.data),
        "minutes": form.minutes.data,
        "title": {"en": form.title_en.data, "ja": form.title_ja.data},
        "speaker": form.speaker.data or "",
    }


@bp.route(f"{ITEM}/edit", methods=["GET", "POST"], load=queries.agenda_item, allow=rules.can_run_agenda)
def edit_agenda_item(item: AgendaItem) -> Any:
    """Change a point of the agenda."""
    event, item = queries.event_of(item), web.held(item)
    form = AgendaForm(
        data={
            "starts_at": local(item.starts_at),
            "minutes": item.minutes,
            "title_en": item.title.get("en"),
            "title_ja": item.title.get("ja"),
            "speaker": item.speaker,
        }
    )
    if _is_right(form, event) and form.attempt(
        agenda.change_agenda_item, item, **_values(form), actor=signed_in_person()
    ):
        flash(_("Saved."))
        return to_edit(event, _anchor="agenda")
    return render_template("events/agenda_item.html", form=form, event=event, item=item), 422 if form.errors else 200


@bp.route(f"{ITEM}/shift", methods=["POST"], load=queries.agenda_item, allow=rules.can_run_agenda)
def shift_agenda_item(item: AgendaItem) -> Any:
    """One place earlier or later."""
    agenda.shift_agenda_item(item, earlier=request.form.get("by") == "earlier", actor=signed_in_person())
    return to_edit(queries.event_of(item), _anchor="agenda")


@bp.route(f"{ITEM}/remove", methods=["POST"], load=queries.agenda_item, allow=rules.can_run_agenda)
def remove_agenda_item(item: AgendaItem) -> Any:
    """Take a point off the agenda; the page it leads to offers to undo that."""
    agenda.remove_agenda_item(item, actor=signed_in_person())
    return to_edit(queries.event_of(item), removed=item.id, _anchor="agenda")


@bp.route(f"{ITEM}/put-back", methods=["POST"], load=queries.kept_item, allow=rules.can_run_agenda)
def put_back_agenda_item(item: AgendaItem) -> Any:
    """Undo the removal of a point."""
    agenda.put_back_agenda_item(item, actor=signed_in_person())
    flash(_("It is on the agenda again."))
    return to_edit(queries.event_of(item), _anchor="agenda")
