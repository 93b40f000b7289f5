"""Writes to forms and applications. each of these modules does one thing."""

from accelerator.intake.operations.beginning import start_application
from accelerator.intake.operations.drafts import save_section
from accelerator.intake.operations.enquiries import answer_enquiry, ask, drop_enquiry, enquiry_problems
from accelerator.intake.operations.files import attach, examine, remove_file
from accelerator.intake.operations.forms import (
    QuestionPlan,
    add_question,
    ask_for_hosts,
    change_question,
    create_form,
    move_question,
    put_back_question,
    remove_question,
)
from accelerator.intake.operations.indexing import index_applications
from accelerator.intake.operations.listing import record_export
from accelerator.intake.operations.reminders import draft_reminders, remind_drafts
from accelerator.intake.operations.seal import record_look
from accelerator.intake.operations.sending import send, withdraw

__all__ = [
    "QuestionPlan", "add_question", "answer_enquiry", "ask", "ask_for_hosts", "attach", "change_question",
    "create_form", "draft_reminders", "drop_enquiry", "enquiry_problems", "examine", "index_applications", "move_question", "put_back_question", "record_export",
    "record_look", "remind_drafts", "remove_file", "remove_question", "save_section", "send", "start_application", "withdraw",
]  # fmt: skip
