"""Reads about forms and applications. ``forms`` the call's form; ``form`` while it is made; ``drafts`` for founders; ``listing`` for staff."""

from accelerator.intake.queries.asking import AskedPage, asked_page, last_enquiry, open_enquiry, subjects_to_ask_about
from accelerator.intake.queries.drafts import (
    DraftPage,
    application,
    application_of,
    attachment,
    attachments,
    canonical,
    draft_page,
    draft_section,
    files_named,
    has_unsent_changes,
    kept_drafts,
    revision,
    revisions,
    section_version,
    was_sent,
)
from accelerator.intake.queries.form import (
    FormInWork,
    QuestionInWork,
    SectionInWork,
    form_in_work,
    form_question,
    form_section,
    removed_question,
    removed_questions,
)
from accelerator.intake.queries.forms import (
    HOSTS_QUESTION,
    current_form,
    host_consents,
    left_out_of_default,
    plain_form,
    readable,
    tracks,
)

__all__ = [
    "HOSTS_QUESTION", "AskedPage", "DraftPage", "FormInWork", "QuestionInWork", "SectionInWork", "application",
    "application_of", "asked_page", "attachment", "attachments", "canonical", "current_form", "draft_page",
    "draft_section", "files_named", "form_in_work", "form_question", "form_section", "has_unsent_changes",
    "host_consents", "kept_drafts", "last_enquiry", "left_out_of_default", "open_enquiry", "plain_form", "readable",
    "removed_question", "removed_questions", "revision", "revisions", "section_version", "subjects_to_ask_about",
    "tracks", "was_sent",
]  # fmt: skip
