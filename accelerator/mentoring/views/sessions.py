"""Sessions: the list, one session, and what both sides do with it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for

from accelerator.accounts.rules import on_team
from accelerator.accounts.views.visitor import current_person, signed_in_person
from accelerator.core import clock, i18n, web
from accelerator.core.forms import Form
from accelerator.core.i18n import gettext as _
from accelerator.mentoring import rules
from accelerator.mentoring.forms import ActionForm, CancelForm, LogForm, SettleForm, came_in_words
from accelerator.mentoring.models import AgreedAction, Session, SessionLog, SessionState, Side
from accelerator.mentoring.operations import booking, notes
from accelerator.mentoring.operations.mails import calendar_entry
from accelerator.mentoring.operations.notes import OVER
from accelerator.mentoring.queries import mentors
from accelerator.mentoring.queries import sessions as session_queries
from accelerator.mentoring.queries.sessions import View
from accelerator.mentoring.turnout import answer_of, disputed
from accelerator.mentoring.views.blueprint import bp
from accelerator.mentoring.views.clocks import clocks_of
from accelerator.programmes.models import Edition

JOINABLE_AFTER = timedelta(hours=1)  # sessions run over; later nobody is in the call
VIEWS: tuple[View, ...] = ("upcoming", "past", "all")


@bp.route("/editions/<edition_slug>/sessions", allow=rules.can_list_sessions)
def sessions(edition: Edition) -> Any:
    """The team's sessions are all, everybody else's their own."""
    actor, team = current_person(), on_team(current_person(), edition.id)
    asked = request.args
    view: View = next((name for name in VIEWS if name == asked.get("view")), "upcoming")
    state = next((state for state in SessionState if state.value == asked.get("state")), None)
    chosen = {
        "view": view,
        "state": state or "",
        "mentor": asked.get("mentor", ""),
        "startup": asked.get("startup", ""),
    }
    page = session_queries.session_page(
        edition,
        person=None if team else actor,
        view=view,
        state=state if view != "upcoming" else None,
        mentor_slug=chosen["mentor"],
        startup_slug=chosen["startup"],
        mark=asked.get("mark"),
        size=int(asked["size"]) if asked.get("size", "").isdecimal() else 50,
    )
    return render_template(
        "mentoring/sessions.html",
        page=page,
        team=team,
        chosen=chosen,
        states=SessionState,
        mentors=mentors.mentor_names(edition) if team else [],
        startups=session_queries.cohort_startups(edition) if team else [],
        books=rules.can_book_any(actor, edition),
    )


@bp.route("/editions/<edition_slug>/sessions/<reference>", load=session_queries.session_of, allow=rules.can_see_session)
def session(booked: Session) -> Any:
    """One session: when, where, what for, what came of it."""
    return _page(booked)


@bp.route(
    "/editions/<edition_slug>/sessions/<reference>/calendar.ics",
    load=session_queries.session_of,
    allow=rules.can_see_session,
)
def calendar(booked: Session) -> Any:
    """The calendar entry as it stands now: of what the session was moved to, if it was moved."""
    current = session_queries.latest(booked)
    entry = calendar_entry(current, session_queries.both_sides(current), zone=i18n.zone(), language=i18n.language())
    answer = Response(entry, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = f'attachment; filename="{current.reference}.ics"'
    return answer


@bp.route(
    "/editions/<edition_slug>/sessions/<reference>/cancel",
    methods=["POST"],
    load=session_queries.session_of,
    allow=rules.can_change_session,
)
def cancel(booked: Session) -> Any:
    """Cancel with a reason."""
    form = CancelForm()
    if form.validate_with(lambda: booking.cancel_problems(booked, form.reason.data)) and form.attempt(
        booking.cancel, booked, reason=form.reason.data, actor=signed_in_person()
    ):
        flash(_("Cancelled. Both sides get an e-mail that removes the calendar entry."))
        return _back(booked)
    return _page(booked, cancel=form), 422


@bp.route(
    "/editions/<edition_slug>/sessions/<reference>/settle",
    methods=["POST"],
    load=session_queries.session_of,
    allow=rules.can_settle,
)
def settle(booked: Session) -> Any:
    """The team says who came."""
    form = SettleForm()
    form.name_sides(*_names(booked))
    if form.validate_with(lambda: notes.settle_problems(booked)) and form.attempt(
        notes.settle, booked, turnout=form.turnout, actor=signed_in_person()
    ):
        flash(_("Saved."))
        return _back(booked)
    return _page(booked, settle=form), 422


@bp.route(
    "/editions/<edition_slug>/sessions/<reference>/log",
    methods=["POST"],
    load=session_queries.session_of,
    allow=rules.can_log,
)
def log(booked: Session) -> Any:
    """What the visitor's side notes."""
    form, actor = LogForm(), signed_in_person()
    form.name_sides(*_names(booked))
    side = rules.side_of(actor, booked) or abort(404)
    if form.validate_with(lambda: notes.log_problems(booked, side, useful=None, actor=actor)) and form.attempt(
        notes.write_log,
        booked,
        side=side,
        turnout=form.turnout,
        useful=int(form.useful.data) if form.useful.data else None,
        note=form.note.data or "",
        private_note=form.private_note.data or "",
        actor=actor,
    ):
        flash(_("Saved. The other side sees who came and the note; only the programme team sees the rest."))
        return _back(booked)
    return _page(booked, log=form), 422


@bp.route(
    "/editions/<edition_slug>/sessions/<reference>/actions",
    methods=["POST"],
    load=session_queries.session_of,
    allow=rules.can_change_session,
)
def agree(booked: Session) -> Any:
    """Write down something agreed."""
    form = ActionForm()
    if form.validate_with(lambda: notes.agree_problems(booked, form.text.data)) and form.attempt(
        notes.agree,
        booked,
        text=form.text.data,
        owner=Side(form.owner.data),
        due_on=form.due_on.data,
        actor=signed_in_person(),
    ):
        flash(_("Saved."))
        return _back(booked)
    return _page(booked, action=form), 422


@bp.route(
    "/editions/<edition_slug>/sessions/<reference>/actions/<int:action_id>",
    methods=["POST"],
    load=session_queries.action,
    allow=rules.can_tick,
)
def tick(action: AgreedAction) -> Any:
    """Tick an agreed action, or untick it."""
    notes.tick(action, done=request.form.get("done") == "yes", actor=signed_in_person())
    flash(_("Saved."))
    return _back(action.session)


def _back(booked: Session) -> Any:
    return redirect(url_for(".session", edition_slug=web.chosen().slug, reference=booked.reference))


def _names(booked: Session) -> tuple[str, str]:
    return booked.mentor.person.name_in(i18n.language()), booked.startup.name


def _page(
    booked: Session,
    cancel: CancelForm | None = None,
    log: LogForm | None = None,
    action: ActionForm | None = None,
    settle: SettleForm | None = None,
) -> str:
    actor, edition = current_person(), web.chosen()
    side, logs = rules.side_of(actor, booked), session_queries.logs(booked)
    mine = next((known for known in logs if known.side is side), None)
    people = session_queries.founders([booked.startup_id])[booked.startup_id]
    begun = booked.starts_at <= clock.now()
    forms = {
        "cancel_form": cancel or CancelForm(None),
        "log_form": log or _log_form(mine, booked),
        "action_form": action or ActionForm(None),
        "settle_form": settle or _settle_form(booked),
    }
    return render_template(
        "mentoring/session.html",
        booked=booked,
        side=side,
        logs=logs,
        people=people,
        **forms,
        **_turnout(booked, logs),
        readable={known.id for known in logs if rules.can_read_private(actor, known)},
        **_sections(booked, begun, came=settle, notes=log, agreed=action, cancels=cancel),
        joinable=clock.now() < booked.ends_at + JOINABLE_AFTER,
        open=booked.state is SessionState.BOOKED and not begun,
        settles=rules.can_settle(actor, booked),
        over=booked.state in OVER,
        after=session_queries.successor(booked),
        before=session_queries.ancestors(booked)[:1],
        writes=side is not None and (log is not None or mine is None or _wrote(mine, actor)),
        sees_mentor=rules.can_see_mentor(actor, booked.mentor),
        sides=Side,
        states=SessionState,
        edition=edition,
        clock_rows=clocks_of(booked.mentor, booked.startup, edition, i18n.zone()),
    )


def _sections(booked: Session, begun: bool, **sent: Form | None) -> dict[str, bool]:
    """Which parts the page has; what was sent in vain, since the session has changed meanwhile, stays on it."""
    over = booked.state in OVER
    shown = {
        "came": begun and not over,
        "notes": begun and not over,
        "agreed": not over,
        "cancels": booked.state is SessionState.BOOKED and not begun,
    }
    return {f"shows_{name}": holds or sent[name] is not None for name, holds in shown.items()}


def _turnout(booked: Session, logs: Sequence[SessionLog]) -> dict[str, Any]:
    words = came_in_words(*_names(booked))
    return {
        "said": {known.id: words[answer_of(known.turnout)] for known in logs},
        "disputed": booked.settled_by is None and disputed([known.turnout for known in logs]),
        "known": booked.state in (SessionState.HELD, SessionState.MISSED),
    }


def _wrote(log: SessionLog, actor: Any) -> bool:
    return bool(actor is not None and log.written_by == actor.id)


def _settle_form(booked: Session) -> SettleForm:
    over = booked.state in (SessionState.HELD, SessionState.MISSED)
    form = SettleForm(None, data={"came": answer_of(booked.turnout) if over else None})
    form.name_sides(*_names(booked))
    return form


def _log_form(mine: SessionLog | None, booked: Session) -> LogForm:
    known: dict[str, Any] = {}
    if mine is not None:
        known = {
            "came": answer_of(mine.turnout),
            "useful": str(mine.useful or ""),
            "note": mine.note,
            "private_note": mine.private_note,
        }
    form = LogForm(None, data=known)
    form.name_sides(*_names(booked))
    return form
