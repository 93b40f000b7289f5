"""The list of events, and setting one up."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for

from accelerator.accounts.views.visitor import current_person, signed_in_person
from accelerator.core import clock, times, web
from accelerator.core.errors import Refused
from accelerator.core.forms import Form
from accelerator.core.i18n import gettext as _
from accelerator.events import queries, rules
from accelerator.events.forms import AgendaForm, CancelEventForm, EventForm
from accelerator.events.models import Event, EventKind
from accelerator.events.operations import cancelling, plan
from accelerator.events.operations.plan import Plan
from accelerator.events.views.blueprint import bp
from accelerator.programmes.models import Edition
from accelerator.programmes.rules import can_enter

PLACE = "/editions/<edition_slug>/events/<event_slug>"


@bp.route("/editions/<edition_slug>/events", allow=can_enter)
def events(edition: Edition) -> Any:
    """All events for the team, the published ones for everybody else, cancelled ones included."""
    runs, now = rules.can_run_events(current_person(), edition), clock.now()
    visible = [event for event in queries.events(edition) if runs or event.published_at is not None]
    return render_template(
        "events/list.html",
        coming=[event for event in visible if event.ends_at > now],
        runs=runs,
        past=[event for event in reversed(visible) if event.ends_at <= now],
        counts=queries.counts_by_event(edition) if runs else {},
        names={event.id: event.name for event in visible},
    )


def instant(local: datetime | None) -> datetime | None:
    """The instant of a wall-clock time of the edition; None for none, and for an hour that the clock skips."""
    try:
        return times.from_local(local, web.chosen().zone) if local is not None else None
    except ValueError:
        return None


def skipped_hours(form: Form, *names: str) -> Iterator[Refused]:
    """The times that there are not where the edition is, since the clock skips them."""
    for name in names:
        if form[name].data is not None and instant(form[name].data) is None:
            yield Refused(_("The clocks change then, and this hour doesn't exist. Choose another time."), field=name)


def _typed(form: EventForm) -> dict[str, Any]:
    """What was typed, by the names of a plan; what is empty or can't be read is None."""
    return {
        "kind": form.kind.data,
        "title": {"en": form.title_en.data, "ja": form.title_ja.data},
        "about": {"en": form.about_en.data or "", "ja": form.about_ja.data or ""},
        "public": form.public.data,
        "starts_at": instant(form.starts_at.data),
        "ends_at": instant(form.ends_at.data),
        "capacity": form.capacity.data,
        "stream_url": form.stream_url.data or None,
        "recording_url": form.recording_url.data or None,
        "parent_id": form.parent_id.data or None,
    }


def _plan(form: EventForm) -> Plan:
    return Plan(**{**_typed(form), "kind": EventKind(form.kind.data)})


def _is_right(form: EventForm, event: Event | None = None) -> bool:
    def check() -> Iterator[Refused]:
        yield from skipped_hours(form, "starts_at", "ends_at")
        yield from plan.plan_problems(_typed(form), web.chosen(), event)

    return form.validate_with(check)


def _parents(edition: Edition, but: Event | None = None) -> list[Event]:
    return [
        event for event in queries.events(edition) if event.parent_id is None and (but is None or event.id != but.id)
    ]


@bp.route("/editions/<edition_slug>/events/new", methods=["GET", "POST"], allow=rules.can_run_events)
def new_event(edition: Edition) -> Any:
    """Plan an event."""
    form = EventForm(data={"public": True, "parent_id": 0})
    form.offer_choices(_parents(edition))
    if _is_right(form) and form.attempt(lambda: plan.create_event(edition, plan=_plan(form), actor=signed_in_person())):
        flash(_("Event saved. It is not published yet."))
        return redirect(url_for(".events", edition_slug=edition.slug))
    page = render_template("events/edit.html", form=form, event=None, agenda_form=None)
    return page, 422 if form.is_submitted() else 200


def local(instant: datetime) -> datetime:
    """The wall-clock time of an instant where the edition is."""
    return instant.astimezone(ZoneInfo(web.chosen().zone)).replace(tzinfo=None)


def edit_form(event: Event, *, formdata: bool = True) -> EventForm:
    """The form of an event's plan."""
    values = {
        "title_en": event.title.get("en"),
        "title_ja": event.title.get("ja"),
        "about_en": event.about.get("en"),
        "about_ja": event.about.get("ja"),
        "kind": event.kind.value,
        "parent_id": event.parent_id or 0,
        "starts_at": local(event.starts_at),
        "ends_at": local(event.ends_at),
        "capacity": event.capacity,
        "public": event.public,
        "stream_url": event.stream_url,
        "recording_url": event.recording_url,
    }
    form = EventForm(data=values) if formdata else EventForm(formdata=None, data=values)
    form.offer_choices(_parents(web.chosen(), event))
    return form


def edit_page(
    event: Event, form: EventForm, agenda_form: AgendaForm | None = None, cancel_form: CancelEventForm | None = None
) -> str:
    """The plan, the agenda and what else is done with an event; the form that was sent is the one shown filled."""
    items = queries.agenda(event.id)
    last = items[-1] if items else None
    start = last.starts_at + timedelta(minutes=last.minutes) if last else event.starts_at
    start = start if start < event.ends_at else event.starts_at
    blank = AgendaForm(formdata=None, prefix="agenda-", data={"starts_at": local(start)})
    asked = request.args.get("removed", "")
    removed = queries.kept_item(web.chosen(), int(asked)) if asked.isdecimal() and len(asked) < 10 else None
    return render_template(
        "events/edit.html",
        form=form,
        event=event,
        agenda=items,
        agenda_form=agenda_form or blank,
        failed=agenda_form or cancel_form,
        cancel_form=cancel_form or CancelEventForm(formdata=None),
        begun=event.starts_at <= clock.now(),
        cancelled=queries.cancellation(event),
        telling=queries.telling(event),
        removed=removed if removed and removed.event_id == event.id and removed.removed_at else None,
    )


@bp.route(f"{PLACE}/edit", methods=["GET", "POST"], load=queries.event, allow=rules.can_run_event)
def edit_event(event: Event) -> Any:
    """Change the plan."""
    event = web.held(event)
    form = edit_form(event)
    if _is_right(form, event) and form.attempt(
        lambda: plan.change_event(event, web.chosen(), plan=_plan(form), actor=signed_in_person())
    ):
        flash(_("Saved."))
        return to_edit(event)
    return edit_page(event, form), 422 if form.is_submitted() else 200


def to_edit(event: Event, **more: Any) -> Any:
    """Back to the page on which the event is changed."""
    return redirect(url_for(".edit_event", edition_slug=web.chosen().slug, event_slug=event.slug, **more))


@bp.route(f"{PLACE}/publish", methods=["POST"], load=queries.event, allow=rules.can_run_event)
def publish(event: Event) -> Any:
    """Show it and open registration."""
    plan.publish(event, actor=signed_in_person())
    flash(_("Published. Registration is open."))
    return to_edit(event)


@bp.route(f"{PLACE}/take-back", methods=["POST"], load=queries.event, allow=rules.can_run_event)
def take_back(event: Event) -> Any:
    """Hide it again."""
    plan.take_back(event, actor=signed_in_person())
    flash(_("No longer published."))
    return to_edit(event)


@bp.route(f"{PLACE}/cancel", methods=["POST"], load=queries.event, allow=rules.can_run_event)
def cancel_event(event: Event) -> Any:
    """Cancel the event."""
    form = CancelEventForm()
    if form.validate_with(lambda: cancelling.cancel_problems(event)) and form.attempt(
        cancelling.cancel_event, event, reason=form.reason.data or "", actor=signed_in_person()
    ):
        flash(_("The event is cancelled. Everybody with a seat gets an e-mail."))
        return to_edit(event)
    return edit_page(event, edit_form(event, formdata=False), cancel_form=form), 422


@bp.route(f"{PLACE}/resume", methods=["POST"], load=queries.event, allow=rules.can_run_event)
def resume(event: Event) -> Any:
    """Take the cancellation back."""
    cancelling.resume(event, actor=signed_in_person())
    flash(_("The event takes place. Everybody who was told that it is cancelled gets an e-mail."))
    return to_edit(event)
