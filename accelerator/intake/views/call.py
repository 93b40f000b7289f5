"""The public page of a call, and starting an application."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for

from accelerator.accounts.views.visitor import current_person, signed_in_person
from accelerator.core import clock, web
from accelerator.core.calendar import date_to_keep
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.parts import parts_of
from accelerator.intake.answers.meter import MINUTES
from accelerator.intake.answers.questions import PlainForm, PlainQuestion
from accelerator.intake.answers.readiness import is_ready
from accelerator.intake.forms import ANOTHER, StartForm
from accelerator.intake.forms_of_questions import AUDIENCE_LABELS, KIND_LABELS
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.operations.beginning import call_problems, firm_problems, start_application
from accelerator.intake.queries import beginning, drafts, forms, openings
from accelerator.intake.question_words import conditions_in_words, limits_in_words
from accelerator.intake.views.blueprint import arrival, bp
from accelerator.programmes import queries as programmes
from accelerator.programmes.models import Edition
from accelerator.programmes.steps import steps_of
from accelerator.startups.models import Startup
from accelerator.startups.names import name_key

LAST = timedelta(minutes=30)  # a calendar shows an entry that takes time, not an instant


@bp.route("/calls/<edition_slug>", allow=web.public)
def call(edition: Edition) -> str:
    """What the call is, what it asks, when it closes."""
    person = current_person()
    form, now = forms.current_form(edition), clock.now()
    plain = forms.plain_form(form) if form else None
    return render_template(
        "intake/call.html",
        now=now,
        until=_own_time(edition, now),
        following=programmes.next_call(edition, now) if edition.is_over(now) else None,
        steps=steps_of(edition),
        sections=plain.sections if plain and is_ready(plain) else (),
        minutes=MINUTES,
        hosts=programmes.hosts(edition),
        tracks=forms.tracks(edition),
        mine=drafts.application_of(person, edition) if person else None,
    )


@bp.route("/calls/<edition_slug>/questions", allow=web.public)
def questions(edition: Edition) -> Any:
    """Every question of the form, with what may be answered and who reads it, before anybody registers."""
    form = forms.current_form(edition)
    plain, person = forms.plain_form(form) if form else None, current_person()
    if plain is None or not is_ready(plain):
        return redirect(url_for(".call", edition_slug=edition.slug))
    return render_template(
        "intake/questions.html",
        pages=[(section, [_asked(plain, question) for question in section.questions]) for section in plain.sections],
        total=len(list(plain.questions)),
        minutes=MINUTES,
        parts=[(part, part.contents(person, edition)) for part in parts_of("questions", person, edition)],
        until=_own_time(edition, clock.now()),
        now=clock.now(),
    )


@dataclass(frozen=True)
class Asked:
    """One question in words."""

    question: PlainQuestion
    kind: str
    audience: str
    limits: list[str]
    conditions: list[str]


def _asked(form: PlainForm, question: PlainQuestion) -> Asked:
    return Asked(
        question,
        str(KIND_LABELS[question.kind]),
        str(AUDIENCE_LABELS[question.audience]),
        list(limits_in_words(form, question)),
        list(conditions_in_words(form, question)),
    )


@bp.route("/calls/<edition_slug>/deadline.ics", allow=web.public)
def deadline(edition: Edition) -> Response:
    """The last half hour of the call for one's own calendar, which reminds a week, a day and two hours before it ends."""
    if edition.closes_at is None:
        abort(404)  # a rolling call has no day to keep
    address = url_for(".call", edition_slug=edition.slug, _external=True)
    entry = date_to_keep(
        uid=f"call-{edition.id}@funade",
        stamp=clock.now().replace(hour=0, minute=0, second=0, microsecond=0),  # the same file all day
        start=edition.closes_at - LAST,
        end=edition.closes_at,
        zone=edition.zone,
        summary=_("Call closes: %(edition)s", edition=edition.title),
        description=_("Send your application before the call closes."),
        url=address,
        ahead=(timedelta(days=7), timedelta(days=1), timedelta(hours=2)),
    )
    answer = Response(entry, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = f'attachment; filename="{edition.slug}-deadline.ics"'
    return answer


@bp.route("/calls/<edition_slug>/apply", methods=["GET", "POST"], allow=web.public)
def apply(edition: Edition) -> Any:
    """Ask which firm applies, or for the name of a new one, and begin; a firm that has begun already is led there.

    Whoever is not signed in begins with an address and no password: the link in the mail leads back here.
    """
    if current_person() is None:
        if request.method == "POST":
            abort(401)  # signed out meanwhile: the page that says so keeps what was typed
        return redirect(url_for("accounts.register", next=url_for(".apply", edition_slug=edition.slug)))
    firms, form = beginning.firms(signed_in_person(), edition), StartForm()
    begun = [application for _firm, application in firms if application is not None]
    live = [application for application in begun if application.state is not ApplicationState.WITHDRAWN]
    names = {name_key(firm.name) for firm, application in firms if application is not None}
    free = [firm for firm, row in firms if row is None and name_key(firm.name) not in names]
    form.offer(free, has_more=bool(begun))
    known = next((row for firm, row in firms if row is not None and firm.slug == form.firm.data), None)
    if form.is_submitted() and known is None and live and not form.firm.data:
        known = live[-1]  # pressed twice, or from an old page
    if form.is_submitted() and known is not None:
        return _to(edition, known)
    started = _started(edition, form, free)
    if started is not None:
        return _to(edition, started)
    now = clock.now()
    page = render_template(
        "intake/apply.html",
        form=form,
        begun=begun,
        live=live,
        now=now,
        until=_own_time(edition, now),
        minutes=MINUTES,
    )
    return page, 422 if form.problems else 200


def _own_time(edition: Edition, now: datetime) -> datetime | None:
    """Until when the visitor alone may begin, once the call takes nothing any more."""
    person = current_person()
    mine = openings.own_extension(person, edition) if person and edition.is_over(now) else None
    return mine.until if mine and openings.lasts(mine, edition, now) else None


def _to(edition: Edition, application: Application) -> Any:
    return redirect(url_for(".tasks", edition_slug=edition.slug, reference=application.reference))


def _started(edition: Edition, form: StartForm, free: list[Startup]) -> Application | None:
    """The application that was begun just now; None, with sentences on the form, if none was."""
    done: list[Application] = []
    chosen = next((firm for firm in free if firm.slug == form.firm.data), None)

    typed: dict[str, Any] = {
        "name": form.name.data or "",
        "startup": chosen,
        "another": form.firm.data == ANOTHER,
        "actor": signed_in_person(),
    }

    def check() -> Iterator[Refused]:
        yield from call_problems(edition, at=arrival(), actor=signed_in_person())
        if not form.firm.errors:  # else nobody knows yet which firm is meant
            yield from firm_problems(edition, **typed)

    def start() -> None:
        done.append(start_application(edition, **typed, at=arrival()))

    return done[0] if form.validate_with(check) and form.attempt(start) else None
