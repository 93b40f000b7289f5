"""The public page of an event: what it is, registering, managing one's place."""

from collections.abc import Iterator
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from accelerator.accounts.models import Person
from accelerator.accounts.places import network_of
from accelerator.accounts.views.visitor import current_person, signed_in_person
from accelerator.core import clock, i18n, web
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.events import queries, rules
from accelerator.events.forms import RegistrationForm
from accelerator.events.models import Event, Registration, RegistrationState, SeatRequest
from accelerator.events.operations import registrations
from accelerator.events.queries import Place
from accelerator.events.views.blueprint import bp

PLACE = "/events/<edition_slug>/<event_slug>"


@bp.route(PLACE, load=queries.event, allow=rules.can_see_event)
def event(event: Event) -> Any:
    """The event, with one's own place for somebody who has signed in."""
    return _page(event, queries.registration_of(current_person(), event))


def _page(event: Event, held: Registration | None, form: RegistrationForm | None = None, **context: Any) -> str:
    person, edition, now = current_person(), web.chosen(), clock.now()
    active = held if held is not None and held.state is not RegistrationState.CANCELLED else None
    opens = event.takes_place and event.ends_at > now and active is None
    counts = queries.registration_counts(event)
    return render_template(
        "events/event.html",
        event=event,
        held=active,
        form=form or (_form(person) if opens else None),  # what was sent in vain is not lost
        full=event.capacity is not None and (counts.seated >= event.capacity or counts.waiting > 0),
        free=None if event.capacity is None else max(event.capacity - counts.seated, 0),
        waiting=counts.waiting,
        subs=queries.sub_events(event, published=not rules.can_run_event(person, event)),
        parent=queries.event_by_id(edition, event.parent_id) if event.parent_id else None,
        cancelled=queries.cancellation(event),
        admitted=rules.is_admitted(active),
        runs=rules.can_run_event(person, event),
        over=event.ends_at <= now,
        sent=request.args.get("sent") == "1",
        **{"token": None, "old_link": False, **context},
    )


def _form(person: Person | None) -> RegistrationForm:
    known = {"language": i18n.language(), "zone": i18n.zone(), "country": ""}
    if person is not None:
        known |= {"name": person.name_in(person.language), "email": person.email}
    form = RegistrationForm(data=known)
    form.offer_choices()
    form.zone.of_device = person is None
    return form


@bp.route(f"{PLACE}/register", methods=["POST"], load=queries.event, allow=rules.can_see_event)
def register(event: Event) -> Any:
    """Take a seat or a place on the waiting list. The answer is the same for an address that is registered already."""
    person, form = current_person(), _form(current_person())
    network = network_of(request.remote_addr)

    def check() -> Iterator[Refused]:
        yield from registrations.registration_problems(event)
        yield from registrations.haste_problems(form.email.data, actor=person, place=network)

    if form.validate_with(check) and form.attempt(
        registrations.register,
        event,
        name=form.name.data,
        email=form.email.data,
        organisation=form.organisation.data or "",
        country=form.country.data or None,
        language=form.language.data,
        zone=form.zone.data,
        actor=person,
        place=network,
    ):
        return redirect(url_for(".event", edition_slug=web.chosen().slug, event_slug=event.slug, sent="1"))
    return _page(event, None, form), 422


@bp.route(f"{PLACE}/places/<token>", methods=["GET", "POST"], load=queries.place, allow=rules.can_see_place)
def place(place: Place) -> Any:
    """A guest's own place by the link in a mail: looking changes nothing, a POST confirms it or gives it up."""
    if place.registration is None:
        if not rules.can_see_event(current_person(), place.event):
            abort(404)
        return _page(place.event, None, old_link=True), 404
    if request.method == "POST":
        if request.form.get("do") == "confirm":
            return _confirm(place.registration, place.request)
        return _give_up(place.registration, current_person())
    return _page(place.event, place.registration, token=place.token)


def _confirm(held: Registration, request: SeatRequest | None) -> Any:
    """The mail about the place brings a new link, so this one leads nowhere any more."""
    registrations.confirm(held, request=request, actor=current_person())
    flash(_("Thank you for confirming. An e-mail says whether you have a seat, with a link to manage it."))
    return redirect(url_for(".event", edition_slug=web.chosen().slug, event_slug=held.event.slug))


@bp.route(f"{PLACE}/give-up", methods=["POST"], load=queries.event, allow=web.signed_in)
def give_up(event: Event) -> Any:
    """Give one's own place up, for somebody who has signed in."""
    held = queries.registration_of(signed_in_person(), event)
    return _give_up(held, signed_in_person()) if held is not None else abort(404)


def _give_up(held: Registration, person: Person | None) -> Any:
    registrations.cancel(held, actor=person)
    flash(_("Your seat is now free for somebody else. You can register again at any time."))
    return redirect(url_for(".event", edition_slug=web.chosen().slug, event_slug=held.event.slug))
