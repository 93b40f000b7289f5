"""The directory, a mentor's page, and what the mentor and the team change there."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from wtforms.fields.choices import SelectChoice

from accelerator.accounts.queries import person as person_by_id
from accelerator.accounts.views.visitor import current_person, signed_in_person
from accelerator.core import web
from accelerator.core.i18n import gettext as _
from accelerator.mentoring import rules
from accelerator.mentoring.forms import LANGUAGES, MentorForm, PersonForm, language_name
from accelerator.mentoring.models import TOPICS, Mentor, topic_label
from accelerator.mentoring.operations import mentors as mentor_operations
from accelerator.mentoring.queries import free
from accelerator.mentoring.queries import mentors as mentor_queries
from accelerator.mentoring.views.blueprint import bp
from accelerator.programmes.models import Edition
from accelerator.selection.queries.cohort import startup_of


@bp.route("/editions/<edition_slug>/mentors", allow=rules.can_see_mentors)
def mentors(edition: Edition) -> Any:
    """Mentors with what they help with and when they are free next."""
    return _directory(edition, _person_form(edition))


@bp.route("/editions/<edition_slug>/mentors/new", methods=["POST"], allow=rules.can_manage_mentors)
def add_mentor(edition: Edition) -> Any:
    """Put somebody with the mentor's role into the directory."""
    form = _person_form(edition)
    person = person_by_id(form.person_id) if form.person_id else None
    if form.validate_with(lambda: mentor_operations.mentor_problems(edition, person)) and form.attempt(
        mentor_operations.add_mentor, edition, person=person, actor=signed_in_person()
    ):
        flash(_("Added. Next, the mentor enters hours under “My hours”."))
        return redirect(url_for(".mentors", edition_slug=edition.slug))
    return _directory(edition, form), 422


def _person_form(edition: Edition) -> PersonForm:
    form = PersonForm()
    people = mentor_queries.candidates(edition) if rules.can_manage_mentors(current_person(), edition) else []
    named = [SelectChoice(str(person.id), f"{person.name}, {person.email}") for person in people]
    form.person.choices = [SelectChoice("", _("Choose a person")), *named]
    return form


def _directory(edition: Edition, form: PersonForm) -> str:
    actor = current_person()
    topic, language = request.args.get("topic", ""), request.args.get("language", "")
    manages, counts = rules.can_manage_mentors(actor, edition), rules.can_see_counts(actor, edition)
    startup = None if counts else startup_of(actor, edition)
    page = mentor_queries.mentor_page(
        edition, topic=topic, language=language, startup=startup, counted=counts, mark=request.args.get("mark")
    )
    return render_template(
        "mentoring/mentors.html",
        page=page,
        form=form,
        topic=topic,
        spoken=language,
        topics=TOPICS,
        languages_of=LANGUAGES,
        language_name=language_name,
        topic_label=topic_label,
        manages=manages,
        counts=counts,
        books=manages or startup is not None,
    )


@bp.route("/editions/<edition_slug>/mentors/<mentor_slug>", load=mentor_queries.mentor, allow=rules.can_see_mentor)
def mentor(mentor: Mentor) -> Any:
    """One mentor: who it is, how to book, when next."""
    edition, actor = web.chosen(), current_person()
    return render_template(
        "mentoring/mentor.html",
        mentor=mentor,
        free=free.free_times(mentor, startup_of(actor, edition))[:3],
        books=rules.can_book(actor, mentor),
        edits=rules.can_edit_mentor(actor, mentor),
        lists=rules.can_see_mentors(actor, edition),
        topic_label=topic_label,
        language_name=language_name,
    )


@bp.route(
    "/editions/<edition_slug>/mentors/<mentor_slug>/edit",
    methods=["GET", "POST"],
    load=mentor_queries.mentor,
    allow=rules.can_edit_mentor,
)
def edit_mentor(mentor: Mentor) -> Any:
    """The mentor's description and terms."""
    mentor = web.held(mentor)
    form = MentorForm(data=_shown(mentor))
    # The form knows the bounds of the numbers itself.
    if form.validate_with(lambda: mentor_operations.term_problems({}, form.video_link.data)) and form.attempt(
        mentor_operations.edit_mentor,
        mentor,
        headline={"en": form.headline_en.data or "", "ja": form.headline_ja.data or ""},
        bio={"en": form.bio_en.data or "", "ja": form.bio_ja.data or ""},
        topics=form.topics.data or [],
        languages=form.languages.data,
        minutes=form.minutes.data,
        buffer_minutes=form.buffer_minutes.data,
        notice_hours=form.notice_hours.data,
        horizon_days=form.horizon_days.data,
        daily_cap=form.daily_cap.data,
        video_link=form.video_link.data,
        actor=signed_in_person(),
    ):
        flash(_("Saved."))
        return redirect(url_for(".mentor", edition_slug=web.chosen().slug, mentor_slug=mentor.slug))
    return render_template("mentoring/edit.html", form=form, mentor=mentor), 422 if form.errors else 200


def _shown(mentor: Mentor) -> dict[str, Any]:
    return {
        "headline_en": mentor.headline.get("en"),
        "headline_ja": mentor.headline.get("ja"),
        "bio_en": mentor.bio.get("en"),
        "bio_ja": mentor.bio.get("ja"),
        "topics": mentor.topics,
        "languages": mentor.languages,
        "minutes": mentor.minutes,
        "buffer_minutes": mentor.buffer_minutes,
        "notice_hours": mentor.notice_hours,
        "horizon_days": mentor.horizon_days,
        "daily_cap": mentor.daily_cap,
        "video_link": mentor.video_link,
    }


@bp.route(
    "/editions/<edition_slug>/mentors/<mentor_slug>/pause",
    methods=["POST"],
    load=mentor_queries.mentor,
    allow=rules.can_edit_mentor,
)
def pause(mentor: Mentor) -> Any:
    """Stop or resume taking bookings."""
    paused = request.form.get("paused") == "yes"
    mentor_operations.pause(mentor, paused=paused, actor=signed_in_person())
    flash(_("Paused. Booked sessions stay.") if paused else _("Bookings are open again."))
    return redirect(url_for(".mentor", edition_slug=web.chosen().slug, mentor_slug=mentor.slug))
