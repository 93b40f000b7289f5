"""How a message leaves: handed to an SMTP server over one connection per batch, or kept here.

The outbox backend hands nothing over: a message counts as sent and is read on the page "Mail".
"""

import smtplib
import ssl
from dataclasses import dataclass
from email.errors import MessageError
from email.utils import parseaddr
from enum import Enum
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import SplitResult, unquote, urlsplit

from accelerator.core import installation
from accelerator.core.text import header_text
from accelerator.notifications.composing import compose
from accelerator.notifications.models import Message

TIMEOUT = 30.0  # seconds for each answer of the server
UNICODE = ("SMTPUTF8", "BODY=8BITMIME")


class Outcome(Enum):
    """What became of one try."""

    SENT = "sent"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True)
class Answer:
    """The outcome of a try, and what the server said if it was no."""

    outcome: Outcome
    error: str | None = None


class Unreachable(Exception):
    """The mail server can't be reached or won't talk to us: nothing is wrong with the messages."""


class Carrier(Protocol):
    """Takes messages while it is open."""

    def __enter__(self) -> Self:
        """Open the connection. Raises Unreachable."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Close it."""

    def send(self, message: Message) -> Answer:
        """Try to hand one message over. Raises Unreachable."""


def carrier() -> Carrier:
    """The backend of this installation, not yet opened."""
    settings = installation.current().settings
    if settings.mail_backend == "smtp" and settings.smtp_url:
        return Smtp(urlsplit(settings.smtp_url), settings.mail_from)
    return Outbox()


class Outbox:
    """Keeps everything here."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Nothing was opened."""

    def send(self, message: Message) -> Answer:
        """Count as sent."""
        return Answer(Outcome.SENT)


class Smtp:
    """One connection to an SMTP server; opened anew when the server breaks it."""

    def __init__(self, url: SplitResult, sender: str) -> None:
        self._url, self._sender = url, sender
        self._from = parseaddr(sender)[1]
        self._client: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        self._client = self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | object | None
    ) -> None:
        if self._client is not None:
            try:
                self._client.quit()
            except (smtplib.SMTPException, OSError):
                self._client.close()

    def _open(self) -> smtplib.SMTP:
        try:
            client = self._connected()
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(_said(error)) from error
        try:
            self._authenticate(client)
        except (smtplib.SMTPException, OSError) as error:
            client.close()
            raise Unreachable(_said(error)) from error
        return client

    def _connected(self) -> smtplib.SMTP:
        host = self._url.hostname or "localhost"
        if self._url.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, self._url.port or 465, timeout=TIMEOUT, context=context)
        return smtplib.SMTP(host, self._url.port or 25, timeout=TIMEOUT)

    def _authenticate(self, client: smtplib.SMTP) -> None:
        client.ehlo()
        if self._url.scheme != "smtps" and client.has_extn("starttls"):
            client.starttls(context=ssl.create_default_context())
            client.ehlo()
        if not self._url.username:
            return
        if not isinstance(client.sock, ssl.SSLSocket) and self._url.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise smtplib.SMTPException("the server offers no TLS, so the password is not sent")
        client.login(unquote(self._url.username), unquote(self._url.password or ""))

    def send(self, message: Message) -> Answer:
        """Hand one message over: 4xx and broken connections are for later, 5xx for never."""
        try:
            mail = compose(message, self._sender)
        except (ValueError, IndexError, MessageError) as error:
            return Answer(Outcome.NEVER, f"This address can't be written in a mail ({type(error).__name__}).")
        # Closed by the server with 421, or by us after a fault: the next message opens a new connection.
        if self._client is None or self._client.sock is None:
            self._client = self._open()
        return self._hand_over(self._client, mail, message.address)

    def _hand_over(self, client: smtplib.SMTP, mail: bytes, address: str) -> Answer:
        if not address.isascii() and not client.has_extn("smtputf8"):
            return Answer(Outcome.NEVER, "The mail server takes no addresses with letters outside ASCII.")
        try:
            client.sendmail(self._from, [address], mail, () if address.isascii() else UNICODE)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = error.recipients.get(address, (450, b""))
            return _refusal(code, text)
        except smtplib.SMTPSenderRefused as error:
            return Answer(Outcome.LATER, _said(error))  # our own sender is wrong: the message is not to blame
        except smtplib.SMTPResponseException as error:
            return _refusal(error.smtp_code, error.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            client.close()
            return Answer(Outcome.LATER, _said(error))
        return Answer(Outcome.SENT)


def _refusal(code: int, text: bytes | str) -> Answer:
    reply = text.decode(errors="replace") if isinstance(text, bytes) else text
    return Answer(Outcome.NEVER if 500 <= code < 600 else Outcome.LATER, f"{code} {header_text(reply)}"[:500])


def _said(error: Exception) -> str:
    """What staff read of a fault on the page "Mail"."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return header_text(f"The mail server's certificate is not trusted: {error.verify_message}")[:500]
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        text = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
        return header_text(f"{type(error).__name__}: {error.smtp_code} {text}")[:500]
    return header_text(f"{type(error).__name__}: {error}")[:500]
