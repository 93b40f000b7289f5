"""Writing, editing and removing the team's notes about an application."""

from typing import Any

from flask import flash, redirect, render_template, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import i18n, web
from accelerator.core.i18n import gettext as _
from accelerator.intake import parts, rules
from accelerator.intake.models import Application
from accelerator.intake.note_forms import NoteEditForm, NoteForm
from accelerator.intake.note_models import Note
from accelerator.intake.operations import notes as operations
from accelerator.intake.queries import drafts, notes
from accelerator.intake.views.application import PATH
from accelerator.intake.views.blueprint import bp

ONE = "/editions/<edition_slug>/notes/<int:note_id>"


@bp.route(f"{PATH}/notes", methods=["POST"], load=drafts.application, allow=rules.can_see)
def write_note(application: Application) -> Any:
    """A new note; what is refused stands on the page of the notes with what was typed."""
    form, me = NoteForm(), signed_in_person()
    form.offer(notes.colleagues(application, me), i18n.language())
    if form.validate_with(lambda: operations.note_problems(form.body.data or "")) and form.attempt(
        operations.write_note,
        application,
        body=form.body.data or "",
        mentioned=form.mentioned.data or [],
        actor=me,
    ):
        flash(_("The note is saved."))
        return _back(application)
    context = {"application": application, "part": parts.PART, **parts.note_contents(me, application, form)}
    return render_template("intake/application_part.html", **context), 422


@bp.route(ONE, methods=["GET", "POST"], load=notes.note, allow=rules.can_edit_note)
def edit_note(note: Note) -> Any:
    """Other words for an own note."""
    note = web.held(note)
    form = NoteEditForm(obj=note)
    if form.validate_with(lambda: operations.edit_problems(note, form.body.data or "")) and form.attempt(
        operations.edit_note, note, body=form.body.data or "", actor=signed_in_person()
    ):
        flash(_("The note is saved."))
        return _back(note.application)
    page = render_template("intake/note.html", form=form, note=note, application=note.application)
    return page, 422 if form.problems else 200


@bp.route(f"{ONE}/remove", methods=["POST"], load=notes.note, allow=rules.can_edit_note)
def remove_note(note: Note) -> Any:
    """Take an own note away."""
    application = note.application
    operations.remove_note(note, actor=signed_in_person())
    flash(_("The note is removed."))
    return _back(application)


def _back(application: Application) -> Any:
    address = url_for(".application", edition_slug=web.chosen().slug, reference=application.reference)
    return redirect(f"{address}#{parts.PART.key}")
