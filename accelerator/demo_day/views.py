"""Pages of Demo Day: the public stage, the investor's list, the startup's pitch, the control desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from accelerator.accounts.views.visitor import current_person, signed_in_person
from accelerator.core import web
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import ngettext
from accelerator.core.web import Feature
from accelerator.demo_day import operations, queries, rules
from accelerator.demo_day.forms import InvestorForm, PitchForm
from accelerator.demo_day.models import Interest, InterestLevel, Investor, Phase, Pitch, Vetting
from accelerator.demo_day.slides import wrapped
from accelerator.events.queries import cancellation
from accelerator.programmes.models import Edition

bp = Feature("demo_day", __name__)


@bp.route("/demo-day/<edition_slug>", allow=web.public)
def stage(edition: Edition) -> Any:
    """The Demo Day page for everybody; asked for by htmx, only the part that moves."""
    shown = queries.stage(edition)
    if shown is None:
        event = queries.demo_day(edition)
        off = event if event is not None and event.public and cancellation(event) is not None else None
        return render_template("demo_day/none.html", cancelled=off)
    person = current_person()
    investor = queries.investor_in(person, edition.id)
    context = {
        "stage": shown,
        "investor": investor,
        "levels": queries.levels_of(investor),
        "wrapped": wrapped,
        "admitted": queries.is_admitted(person, shown.event),
        "invited": rules.is_invited_investor(person, edition),
        "edition": edition,
        "can_star": rules.is_admitted_investor(person, edition.id),
    }
    if web.wants_fragment():
        return web.render_block("demo_day/stage.html", "live", **context)
    return render_template("demo_day/stage.html", undo=_undo(shown.pitches), **context)


@bp.route(
    "/demo-day/<edition_slug>/pitches/<int:pitch_id>/interest",
    methods=["POST"],
    load=queries.pitch,
    allow=rules.can_show_interest,
)
def interest(pitch: Pitch) -> Any:
    """Mark, change or withdraw interest in a pitch."""
    asked_level = request.form.get("level", "")
    level = InterestLevel(asked_level) if asked_level in set(InterestLevel) else None
    before = queries.levels_of(queries.investor_in(signed_in_person(), pitch.edition_id)).get(pitch.id)
    operations.show_interest(pitch, level=level, note=request.form.get("note", "")[:500], actor=signed_in_person())
    name = pitch.startup.name
    if level is InterestLevel.MEET:
        flash(_("%(name)s gets an e-mail saying that you want to meet.", name=name))
    elif level is InterestLevel.INTERESTED:
        flash(_("%(name)s is on your list.", name=name))
    else:
        flash(_("%(name)s is off your list.", name=name))
    slug = web.chosen().slug
    was = f"{pitch.id}-{before or 'none'}" if before is not level and request.form.get("undone") is None else None
    page = ".my_list" if request.form.get("from") == "list" else ".stage"
    # Back to the row whose star was pressed, for the page is long.
    place = request.form.get("at", "")
    anchor = f"{place}-{pitch.id}" if place in ("now", "order", "card") else None
    return redirect(url_for(page, edition_slug=slug, was=was, _anchor=anchor))


@dataclass(frozen=True)
class Undo:
    """A change of interest that was just made: pressing its button sends the level from before."""

    pitch: Pitch
    level: str


def _undo(pitches: Sequence[Pitch]) -> Undo | None:
    pitch_id, _dash, level = request.args.get("was", "").partition("-")
    pitch = next((pitch for pitch in pitches if str(pitch.id) == pitch_id), None)
    return Undo(pitch, level) if pitch is not None and level in {"none", *InterestLevel} else None


@bp.route("/editions/<edition_slug>/demo-day/list", allow=rules.can_keep_a_list)
def my_list(edition: Edition) -> Any:
    """The investor's own list."""
    investor = queries.investor_in(current_person(), edition.id)
    marked = queries.interests_of(investor) if investor else []
    shown = queries.stage(edition) if request.args.get("was") else None
    undo = _undo(shown.pitches) if shown else None
    return render_template("demo_day/my_list.html", investor=investor, interests=marked, undo=undo)


@bp.route("/editions/<edition_slug>/demo-day/admission", methods=["GET", "POST"], allow=rules.is_known)
def admission(edition: Edition) -> Any:
    """Ask to be admitted as an investor."""
    known = queries.investor_in(current_person(), edition.id)
    invited = rules.is_invited_investor(current_person(), edition)
    form = InvestorForm(obj=known)
    if form.validate_on_submit() and form.attempt(
        operations.ask_for_admission,
        edition,
        firm=form.firm.data,
        focus=form.focus.data or "",
        actor=signed_in_person(),
    ):
        asked = queries.investor_in(signed_in_person(), edition.id)
        if asked is not None and asked.vetting is Vetting.ADMITTED:
            flash(_("Saved. You can mark startups now."))
            return redirect(url_for(".stage", edition_slug=edition.slug))
        flash(_("The programme team will review it and write to you."))
        return redirect(url_for(".admission", edition_slug=edition.slug))
    page = render_template("demo_day/admission.html", form=form, investor=known, invited=invited)
    return page, 422 if form.errors else 200


@bp.route("/editions/<edition_slug>/demo-day/pitch", methods=["GET", "POST"], allow=rules.can_pitch)
def my_pitch(edition: Edition) -> Any:
    """The startup's own card, and who wants to meet it."""
    pitch = web.held(queries.pitch_of(current_person(), edition) or abort(404))
    form = PitchForm(
        data={
            "line_en": pitch.line.get("en"),
            "line_ja": pitch.line.get("ja"),
            "ask_en": pitch.ask.get("en"),
            "ask_ja": pitch.ask.get("ja"),
        }
    )
    if form.validate_on_submit() and form.attempt(
        operations.describe_pitch,
        pitch,
        line={"en": form.line_en.data, "ja": form.line_ja.data},
        ask={"en": form.ask_en.data, "ja": form.ask_ja.data},
        actor=signed_in_person(),
    ):
        flash(_("Your card is confirmed."))
        return redirect(url_for(".my_pitch", edition_slug=edition.slug))
    page = render_template("demo_day/my_pitch.html", form=form, pitch=pitch, interests=queries.interests_in(pitch))
    return page, 422 if form.errors else 200


@bp.route(
    "/editions/<edition_slug>/demo-day/interests/<int:interest_id>",
    methods=["POST"],
    load=queries.interest,
    allow=rules.can_answer,
)
def answer(interest: Interest) -> Any:
    """The startup's yes or no to a wish to meet."""
    agree = request.form.get("answer") == "yes"
    operations.answer_interest(interest, agree=agree, actor=signed_in_person())
    flash(_("You've been introduced: both sides got an e-mail.") if agree else _("Saved. The investor isn't told."))
    return redirect(url_for(".my_pitch", edition_slug=web.chosen().slug))


@bp.route("/editions/<edition_slug>/demo-day/control", allow=rules.can_steer)
def control(edition: Edition) -> Any:
    """The control desk: running order and live show."""
    return _desk(edition)


def _desk(edition: Edition, *, ask: str = "") -> str:
    """``ask`` names the step that every viewer would be surprised by, and that somebody has to say yes to."""
    return render_template("demo_day/control.html", stage=queries.backstage(edition), ask=ask)


def _question(edition: Edition, step: str | None) -> str:
    """What has to be asked before a step: ``early``, ``reopen`` or ``close``; nothing where the step is no surprise."""
    stage = queries.backstage(edition)
    if stage is None or stage.show is None:
        return ""
    if step == "next" and stage.show.state is Phase.CLOSED:
        return "reopen"
    if step == "next" and operations.is_early(stage.event):
        return "early"
    return "close" if step == "close" and stage.waiting else ""


@bp.route("/editions/<edition_slug>/demo-day/control", methods=["POST"], allow=rules.can_steer, endpoint="steer")
def steer(edition: Edition) -> Any:
    """Move the show: prepare, next, questions, close, back."""
    event = queries.demo_day(edition) or abort(404)
    actor = signed_in_person()
    step = request.form.get("do")
    question = "" if request.form.get("sure") == "yes" else _question(edition, step)
    if question:
        return _desk(edition, ask=question), 409
    if step == "prepare":
        added = operations.prepare_show(event, edition, actor=actor)
        flash(ngettext("%(num)s startup added.", "%(num)s startups added.", added))
    elif step == "next":
        pitch = operations.call_next(event, actor=actor, although_early=True)
        flash(_("%(name)s is on stage.", name=pitch.startup.name))
    elif step == "questions":
        operations.open_questions(event, actor=actor)
        flash(_("Questions are open."))
    elif step == "close":
        operations.close_show(event, actor=actor)
        flash(_("The show is closed."))
    elif step == "back":
        operations.step_back(event, actor=actor)
        flash(_("Went back one step."))
    return redirect(url_for(".control", edition_slug=edition.slug))


@bp.route(
    "/editions/<edition_slug>/demo-day/pitches/<int:pitch_id>/shift",
    methods=["POST"],
    load=queries.pitch,
    allow=rules.can_steer_pitch,
)
def shift(pitch: Pitch) -> Any:
    """One place up or down."""
    operations.shift_pitch(pitch, by=-1 if request.form.get("by") == "earlier" else 1, actor=signed_in_person())
    return redirect(url_for(".control", edition_slug=web.chosen().slug, _anchor=f"pitch-{pitch.id}"))


@bp.route(
    "/editions/<edition_slug>/demo-day/pitches/<int:pitch_id>/skip",
    methods=["POST"],
    load=queries.pitch,
    allow=rules.can_steer_pitch,
)
def skip(pitch: Pitch) -> Any:
    """Leave a startup out of the show, or take it in again."""
    skipped = request.form.get("skipped") == "yes"
    operations.skip_pitch(pitch, skipped=skipped, actor=signed_in_person())
    name = pitch.startup.name
    flash(_("%(name)s does not pitch.", name=name) if skipped else _("%(name)s pitches.", name=name))
    return redirect(url_for(".control", edition_slug=web.chosen().slug, _anchor=f"pitch-{pitch.id}"))


@bp.route("/editions/<edition_slug>/demo-day/interests", allow=rules.can_steer)
def interests(edition: Edition) -> Any:
    """Who marked whom, and the investors to be checked."""
    shown = queries.backstage(edition)
    return render_template(
        "demo_day/interests.html",
        stage=shown,
        counts=queries.interest_counts(edition),
        investors=queries.investors(edition),
        invited=queries.invited_investors(edition),
    )


@bp.route(
    "/editions/<edition_slug>/demo-day/investors/<int:investor_id>",
    methods=["POST"],
    load=queries.investor,
    allow=rules.can_vet,
)
def vet(investor: Investor) -> Any:
    """Admit an investor, or don't."""
    admitted = request.form.get("vetting") == "admitted"
    operations.vet_investor(investor, web.chosen(), admitted=admitted, actor=signed_in_person())
    name = investor.person.name
    flash(
        _("%(name)s is admitted and gets an e-mail.", name=name)
        if admitted
        else _("%(name)s is not admitted.", name=name)
    )
    return redirect(url_for(".interests", edition_slug=web.chosen().slug))
