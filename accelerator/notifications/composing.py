"""The mail as it leaves: text, HTML, and an invitation as calendar part and as attachment."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from accelerator.core import clock
from accelerator.core.text import header_text
from accelerator.notifications.models import Message

ASCII = SMTP.clone(cte_type="7bit")  # not every server takes eight bits
INTERNATIONAL = SMTPUTF8.clone(cte_type="7bit")  # for addresses in other letters


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
    mail["Content-Language"] = message.language  # last, because adding parts moves what is said of the content
    return mail.as_bytes()
