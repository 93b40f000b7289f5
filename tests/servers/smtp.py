"""An SMTP server that keeps what it is given, and answers as badly as a test asks it to."""

import asyncio
import socket
import threading
from collections import deque
from collections.abc import Awaitable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import Enum
from types import TracebackType
from typing import Self, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.certificates import Certificate


class Answer(Enum):
    """What becomes of a mail, by its recipient."""

    ACCEPT = "250 OK"
    LATER = "451 4.7.1 Greylisted, try again later"
    REFUSE = "550 5.1.1 No such user"
    DROP = "the connection breaks before the mail is taken"
    DROP_AFTER = "the mail is taken, and the connection breaks before the answer"


@dataclass(frozen=True)
class Delivery:
    """One accepted mail: the envelope, and the message as parsed."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    secure: bool = False
    """Whether the line was encrypted."""
    user: str | None = None
    """As whom the client had signed in."""

    @property
    def message(self) -> EmailMessage:
        """The mail with headers decoded."""
        return message_from_bytes(self.content, policy=policy.default)


@dataclass
class SmtpSink:
    """A server on a free port of the loopback. ``answers`` maps a recipient to its answer; the rest is accepted.

    With a ``certificate`` it offers STARTTLS, or speaks TLS from the first byte if ``implicit``. With ``accounts``, names
    and passwords, it takes mails only from those who sign in after STARTTLS; a ``careless`` or implicit one lets them
    sign in at once and insists on nothing.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    deliveries: deque[Delivery] = field(default_factory=deque)
    attempts: list[str] = field(default_factory=list)
    host: str = "127.0.0.1"
    pause: float = 0.0
    """Seconds between taking a mail and saying so."""
    gate: threading.Event | None = None
    """What it waits for between taking a mail and saying so."""
    certificate: Certificate | None = None
    implicit: bool = False
    accounts: dict[str, str] = field(default_factory=dict)
    careless: bool = False
    logins: list[tuple[str, str]] = field(default_factory=list)
    """Names and passwords that clients sent."""
    _controller: "_Controller | None" = field(default=None, repr=False)

    def start(self) -> Self:
        """Listen, in a thread of its own."""
        self._controller = _Controller(self)
        self._controller.start()
        return self

    def sign_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword
    ) -> AuthResult:
        """Check a name and a password."""
        name, password = given.login.decode(), given.password.decode()
        self.logins.append((name, password))
        return AuthResult(success=self.accounts.get(name) == password, handled=False, auth_data=name)

    @property
    def port(self) -> int:
        """The port that was free."""
        if self._controller is None:
            raise RuntimeError("the sink has not been started")
        return self._controller.port

    def clear(self) -> None:
        """Forget mails, attempts and answers."""
        self.answers.clear()
        self.deliveries.clear()
        self.attempts.clear()

    def stop(self) -> None:
        """Stop listening."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def handle_RCPT(  # noqa: N802  - aiosmtpd finds its hooks by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer for one recipient."""
        self.attempts.append(address)
        answer = self.answers.get(address, Answer.ACCEPT)
        if answer is Answer.DROP:
            _break(server)
        if answer in {Answer.LATER, Answer.REFUSE}:
            return str(answer.value)
        envelope.rcpt_tos.append(address)
        return Answer.ACCEPT.value

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  - as above
        """Keep the mail."""
        recipients = tuple(envelope.rcpt_tos)
        secure = cast(asyncio.Transport, server.transport).get_extra_info("cipher") is not None
        content = cast(bytes, envelope.content)
        self.deliveries.append(Delivery(envelope.mail_from or "", recipients, content, secure, session.auth_data))
        await asyncio.sleep(self.pause)
        while self.gate is not None and not self.gate.is_set():
            await asyncio.sleep(0.02)
        if Answer.DROP_AFTER in map(self.answers.get, recipients):
            _break(server)
        return Answer.ACCEPT.value


def _break(server: SMTP) -> None:
    cast(asyncio.Transport, server.transport).abort()
    raise ConnectionResetError


class _Controller(Controller):
    """aiosmtpd's thread on a socket that is already bound, because it cannot take port 0 itself."""

    def __init__(self, sink: SmtpSink) -> None:
        self._socket = socket.create_server((sink.host, 0))
        context = sink.certificate.context() if sink.certificate else None
        after_tls = not sink.careless and not sink.implicit  # aiosmtpd knows only of TLS that STARTTLS began
        super().__init__(
            sink,
            hostname=sink.host,
            port=self._socket.getsockname()[1],
            ssl_context=context if sink.implicit else None,
            tls_context=None if sink.implicit else context,
            authenticator=sink.sign_in if sink.accounts else None,
            auth_require_tls=after_tls,
            auth_required=after_tls and bool(sink.accounts),
        )

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._socket, ssl=self.ssl_context)
