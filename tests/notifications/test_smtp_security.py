"""TLS and passwords on the way to a real mail server: what is used, and what is refused."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Role
from accelerator.core import clock, db
from accelerator.core.db import session
from accelerator.core.web import App
from accelerator.notifications.models import Message, MessageState
from config import Settings
from tests.factories import Browser, make_edition, make_member
from tests.factories.notifications import make_message
from tests.servers.certificates import Certificate
from tests.servers.smtp import Answer, SmtpSink
from tests.services.installations import set_to
from workers.notifications import deliver

pytestmark = pytest.mark.service
ACCOUNTS = {"office@example.org": "a p@ss:word"}
GOOD = "office%40example.org:a%20p%40ss%3Aword@"
NOT_TRUSTED = "The mail server's certificate is not trusted: "
Use = Callable[..., None]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """For 127.0.0.1."""
    return Certificate.make(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    """The same one, which this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    return certificate


@pytest.fixture
def use(app: App, settings: Settings) -> Iterator[Use]:
    """Deliver to a server, with a name and password before its address if given."""

    def put(sink: SmtpSink, login: str = "", scheme: str = "smtp") -> None:
        url = f"{scheme}://{login}{sink.host}:{sink.port}"
        stack.enter_context(set_to(mail_backend="smtp", smtp_url=url))

    with ExitStack() as stack:
        yield put


def send_one(**values: Any) -> Message:
    """Write a mail, run a delivery, and give the row as it is then."""
    with db.transaction():
        message_id = make_message(**values).id
    deliver("job")
    with db.reading():
        return session().get_one(Message, message_id)


def test_starttls_is_used_where_it_is_offered(use: Use, trusted: Certificate) -> None:
    with SmtpSink(certificate=trusted) as sink:
        use(sink)
        assert send_one().state is MessageState.SENT
    assert [delivery.secure for delivery in sink.deliveries] == [True]


def test_a_server_without_tls_gets_mails_in_the_open(use: Use) -> None:
    with SmtpSink() as sink:
        use(sink)
        assert send_one().state is MessageState.SENT
    assert [delivery.secure for delivery in sink.deliveries] == [False]


def test_tls_from_the_first_byte(use: Use, trusted: Certificate) -> None:
    with SmtpSink(certificate=trusted, implicit=True, accounts=ACCOUNTS) as sink:
        use(sink, GOOD, scheme="smtps")
        assert send_one().state is MessageState.SENT
    assert [(delivery.secure, delivery.user) for delivery in sink.deliveries] == [(True, "office@example.org")]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_an_unknown_certificate_keeps_the_mail_waiting(use: Use, certificate: Certificate, scheme: str) -> None:
    with SmtpSink(certificate=certificate, implicit=scheme == "smtps", accounts=ACCOUNTS) as sink:
        use(sink, GOOD, scheme=scheme)
        found = send_one()
    assert (found.state, found.error) == (MessageState.FAILED, f"{NOT_TRUSTED}self-signed certificate")
    assert (list(sink.deliveries), sink.logins) == ([], [])


def test_a_certificate_for_another_server_keeps_the_mail_waiting(
    use: Use, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Certificate.make(tmp_path, "127.0.0.9")
    monkeypatch.setenv("SSL_CERT_FILE", str(other.file))
    with SmtpSink(certificate=other) as sink:
        use(sink)
        found = send_one()
    assert (found.state, list(sink.deliveries)) == (MessageState.FAILED, [])
    assert found.error == f"{NOT_TRUSTED}IP address mismatch, certificate is not valid for '127.0.0.1'."


def test_staff_read_why_mails_wait(use: Use, browser: Browser, certificate: Certificate) -> None:
    with db.transaction():
        edition = make_edition()
        staff = make_member(edition, Role.STAFF)
        message_id = make_message(edition).id
    with SmtpSink(certificate=certificate) as sink:
        use(sink)
        deliver("job")
    browser.sign_in(staff)
    pages = [f"/editions/{edition.slug}/mail", f"/editions/{edition.slug}/mail/{message_id}"]
    reason = f"{NOT_TRUSTED}self-signed certificate".replace("'", "&#39;")
    assert [browser.get(page).text.count(reason) for page in pages] == [1, 1]


def test_a_password_signs_in_over_tls(use: Use, trusted: Certificate) -> None:
    with SmtpSink(certificate=trusted, accounts=ACCOUNTS) as sink:
        use(sink, GOOD)
        assert send_one().state is MessageState.SENT
    assert [(delivery.secure, delivery.user) for delivery in sink.deliveries] == [(True, "office@example.org")]
    assert sink.logins == list(ACCOUNTS.items())


def test_a_password_is_never_sent_in_the_open(use: Use) -> None:
    with SmtpSink(host="127.0.0.2", accounts=ACCOUNTS, careless=True) as sink:
        use(sink, GOOD)
        found = send_one()
    assert (found.state, sink.logins, list(sink.deliveries)) == (MessageState.FAILED, [], [])
    assert found.error == "SMTPException: the server offers no TLS, so the password is not sent"


def test_a_wrong_password_keeps_all_mails_waiting(use: Use, trusted: Certificate) -> None:
    with db.transaction():
        make_message()
    with SmtpSink(certificate=trusted, accounts=ACCOUNTS) as sink:
        use(sink, "office%40example.org:wrong@")
        found = send_one()
    with db.reading():
        states = session().scalars(select(Message.state)).all()
    assert states == [MessageState.FAILED] * 2
    assert found.error == "SMTPAuthenticationError: 535 5.7.8 Authentication credentials invalid"
    assert (set(sink.logins), list(sink.deliveries)) == ({("office@example.org", "wrong")}, [])


def test_a_server_that_wants_a_password_we_have_not_keeps_the_mail_waiting(use: Use, trusted: Certificate) -> None:
    with SmtpSink(certificate=trusted, accounts=ACCOUNTS) as sink:
        use(sink)
        found = send_one()
    assert (found.state, found.error) == (MessageState.FAILED, "SMTPSenderRefused: 530 5.7.0 Authentication required")


def test_over_tls_too_4xx_is_for_later_and_5xx_for_never(use: Use, trusted: Certificate) -> None:
    with SmtpSink(certificate=trusted, accounts=ACCOUNTS) as sink:
        use(sink, GOOD)
        sink.answers.update({"later@example.org": Answer.LATER, "gone@example.org": Answer.REFUSE})
        later, gone, good = (send_one(address=f"{name}@example.org") for name in ("later", "gone", "good"))
        assert [one.state for one in (later, gone, good)] == [
            MessageState.FAILED,
            MessageState.BOUNCED,
            MessageState.SENT,
        ]
        assert (later.error, gone.error) == ("451 4.7.1 Greylisted, try again later", "550 5.1.1 No such user")
        sink.answers.clear()
        with db.transaction():
            session().get_one(Message, later.id).next_at = clock.system_now()
        deliver("job")
    assert [delivery.recipients[0] for delivery in sink.deliveries] == ["good@example.org", "later@example.org"]
    with db.reading():
        assert session().get_one(Message, later.id).state is MessageState.SENT
