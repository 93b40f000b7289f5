"""Writes to forms and applications. each of these modules does one thing."""

from accelerator.intake.operations.drafts import save_section, start_application
from accelerator.intake.operations.enquiries import answer_enquiry, ask, drop_enquiry
from accelerator.intake.operations.files import attach, remove_file
from accelerator.intake.operations.forms import create_form
from accelerator.intake.operations.indexing import index_applications
from accelerator.intake.operations.listing import record_export
from accelerator.intake.operations.reminders import remind_drafts
from accelerator.intake.operations.sending import send, withdraw

__all__ = [
    "answer_enquiry", "ask", "attach", "create_form", "drop_enquiry", "index_applications", "record_export", "remind_drafts", "remove_file", "save_section", "send", "start_application",
    "withdraw",
]  # fmt: skip
