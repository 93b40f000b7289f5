"""The mail as it leaves: text, HTML, an invitation as calendar part and as attachment, and a file that goes along."""

import logging
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from accelerator.core import clock, storage
from accelerator.core.text import header_text
from accelerator.notifications.models import Message

log = logging.getLogger(__name__)
ASCII = SMTP.clone(cte_type="7bit")  # not every server takes eight bits
INTERNATIONAL = SMTPUTF8.clone(cte_type="7bit")  # for addresses in other letters


def _stored(key: str) -> bytes | None:
    """A file that goes along; a mail whose file is gone is better than none."""
    try:
        return storage.get(key)
    except FileNotFoundError:
        log.warning("a mail leaves without its file %s, which is gone", key[:8])
        return None


def compose(message: Message, sender: str) -> bytes:
    """The whole mail with CRLF at the ends of lines.

    Raises ValueError, IndexError or MessageError for an address that no mail can carry.
    """
    mail = EmailMessage(policy=ASCII if message.address.isascii() else INTERNATIONAL)
    mail["From"] = sender
    name = "" if message.name == message.address else header_text(message.name)
    mail["To"] = Address(name, addr_spec=message.address)
    mail["Subject"] = header_text(message.subject)
    mail["Date"] = format_datetime(clock.system_now())
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body)
    mail.add_alternative(message.html, subtype="html")
    if message.calendar:
        method = {"method": message.calendar_method or "REQUEST"}
        mail.add_alternative(message.calendar, subtype="calendar", params=method)
        mail.add_attachment(message.calendar, subtype="calendar", filename="invite.ics", params=method)
    if message.storage_key and (content := _stored(message.storage_key)):
        mail.add_attachment(content, maintype="application", subtype="pdf", filename=message.file_name)
    mail["Content-Language"] = message.language  # last, because adding parts moves what is said of the content
    return mail.as_bytes()
