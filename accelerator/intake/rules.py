"""Who may see and fill in applications."""

from accelerator.accounts.models import Person, Role
from accelerator.accounts.rules import holds, on_team
from accelerator.intake.models import Application, Attachment
from accelerator.intake.queries import DraftPage, was_sent
from accelerator.startups.queries import is_founder


def can_fill(actor: Person | None, application: Application) -> bool:
    """Founders of the startup write its application; the operations say until when."""
    return holds(actor, application.edition_id, Role.FOUNDER) and is_founder(actor, application.startup_id)


def can_fill_page(actor: Person | None, page: DraftPage) -> bool:
    """Founders see the pages of their own application."""
    return can_fill(actor, page.application)


def can_see(actor: Person | None, application: Application) -> bool:
    """The edition's team sees that an application exists; what a draft says is its founders' business."""
    return on_team(actor, application.edition_id)


def can_read_answers(actor: Person | None, application: Application) -> bool:
    """Answers are read by their founders, and by the team once they were sent."""
    return can_fill(actor, application) or (on_team(actor, application.edition_id) and application.revision_number > 0)


def can_read_attachment(actor: Person | None, attachment: Attachment) -> bool:
    """Founders of the application, and the team once the file was sent. Reviewers come by a route of their own."""
    application = attachment.application
    return can_fill(actor, application) or (on_team(actor, application.edition_id) and was_sent(attachment))
