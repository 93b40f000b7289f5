"""The mail as it leaves, written straight as bytes: the general machinery of ``email`` takes seven times as long.

Headers that carry what people typed go through its parser and folding all the same; the rest is constant.
"""

from base64 import encodebytes
from binascii import b2a_qp
from email.headerregistry import Address
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from functools import lru_cache
from secrets import token_hex
from typing import Any

from accelerator.core import clock
from accelerator.core.text import header_text
from accelerator.notifications.models import Message

LONGEST = 998  # bytes of a line without its end (RFC 5322, 2.1.1)
ASCII = bytes(range(128))


def compose(message: Message, sender: str) -> bytes:
    """Text, HTML, and an invitation as calendar part and as attachment, with CRLF at the ends of lines.

    Raises ValueError, IndexError or MessageError for an address that no mail can carry.
    """
    unicode = not message.address.isascii()
    return b"".join((
        _header("From", sender, unicode),
        _typed("To", Address(header_text(message.name), addr_spec=message.address), unicode),
        _header("Subject", header_text(message.subject), unicode),
        _constant(message).encode("ascii"),
        _content(message),
    ))  # fmt: skip


def _constant(message: Message) -> str:
    return (
        f"Date: {format_datetime(clock.system_now())}\r\nMessage-ID: {message.message_id}\r\n"
        f"Auto-Submitted: auto-generated\r\nContent-Language: {message.language}\r\nMIME-Version: 1.0\r\n"
    )


@lru_cache(maxsize=256)
def _header(name: str, value: str, unicode: bool) -> bytes:
    """Kept, because the sender is always the same and so are the subjects of an announcement."""
    return _typed(name, value, unicode)


def _typed(name: str, value: Any, unicode: bool) -> bytes:
    policy = SMTPUTF8 if unicode else SMTP
    return policy.fold_binary(*policy.header_store_parse(name, value))


def _content(message: Message) -> bytes:
    parts = [_text("plain", message.body), _text("html", message.html)]
    if not message.calendar:
        return _joined("alternative", parts)
    method = f'; method="{message.calendar_method or "REQUEST"}"'
    invitation = _text("calendar", message.calendar, method)
    attached = b'Content-Disposition: attachment; filename="invite.ics"\r\n' + invitation
    return _joined("mixed", [_joined("alternative", [*parts, invitation]), attached])


def _joined(subtype: str, parts: list[bytes]) -> bytes:
    # Random, because whoever could guess it could write a part of their own into a text.
    mark = f"=_{token_hex(16)}".encode()
    head = b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (subtype.encode(), mark)
    return head + b"".join(b"--%s\r\n%s\r\n" % (mark, part) for part in parts) + b"--%s--\r\n" % mark


def _text(subtype: str, text: str, parameters: str = "") -> bytes:
    """A part in the plainest encoding that carries it: as it is, quoted where little is not ASCII, else Base64."""
    lines = text.encode().splitlines()
    content = b"\r\n".join(lines) + b"\r\n"
    if text.isascii() and all(len(line) <= LONGEST for line in lines):
        encoding, body = "7bit", content
    elif len(content.translate(None, ASCII)) * 6 < len(content):  # each other byte becomes three; Base64 adds a third
        encoding, body = "quoted-printable", b2a_qp(content, istext=True)
    else:
        encoding, body = "base64", encodebytes(content).replace(b"\n", b"\r\n")
    head = f'Content-Type: text/{subtype}; charset="utf-8"{parameters}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return head.encode("ascii") + body
