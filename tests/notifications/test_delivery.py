"""From a row to a mail: batches, outcomes, leases, and what the mail looks like."""

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select

from accelerator.core import clock, db
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.core.outbox import JobRow
from accelerator.core.web import App
from accelerator.notifications import operations
from accelerator.notifications.models import Message, MessageState
from accelerator.notifications.operations import notify
from config import Settings
from tests.factories import make_person
from tests.factories.notifications import make_message
from tests.servers.smtp import Answer, SmtpSink
from tests.services.installations import set_to
from workers.notifications import deliver

ICS = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def sink(app: App, settings: Settings) -> Iterator[SmtpSink]:
    """An SMTP server that the installation delivers to."""
    with SmtpSink() as started, set_to(mail_backend="smtp", smtp_url=f"smtp://127.0.0.1:{started.port}"):
        yield started


def states() -> list[tuple[str, int]]:
    with db.reading():
        return [(row.state, row.attempts) for row in session().scalars(select(Message).order_by(Message.id))]


def test_the_outbox_keeps_mails_and_counts_them_as_sent(app: App) -> None:
    with db.transaction():
        for _ in range(operations.BATCH + 3):
            make_message()
    deliver("job")
    assert set(states()) == {(MessageState.SENT, 1)}
    with db.reading():
        assert len(session().scalars(select(Message.sent_at).where(Message.sent_at.is_not(None))).all()) == 103


def test_each_answer_has_its_outcome(sink: SmtpSink) -> None:
    with db.transaction():
        good, later, never, gone = (make_message() for _ in range(4))
        last = make_message()
    sink.answers.update({later.address: Answer.LATER, never.address: Answer.REFUSE, gone.address: Answer.DROP})
    deliver("job")
    assert states() == [
        (MessageState.SENT, 1),
        (MessageState.FAILED, 1),
        (MessageState.BOUNCED, 1),
        (MessageState.FAILED, 1),
        (MessageState.SENT, 1),
    ]
    assert [delivery.recipients for delivery in sink.deliveries] == [(good.address,), (last.address,)]
    with db.reading():
        errors = session().scalars(select(Message.error).order_by(Message.id)).all()
        assert errors[1] == "451 4.7.1 Greylisted, try again later"
        assert errors[2] == "550 5.1.1 No such user"


def test_what_failed_is_tried_again_when_it_is_due(sink: SmtpSink) -> None:
    with db.transaction():
        message = make_message()
    sink.answers[message.address] = Answer.LATER
    deliver("job")
    with db.transaction():
        row = session().get(Message, message.id)
        assert row.next_at - clock.system_now() > timedelta(seconds=55)
        [follow_up] = session().scalars(select(JobRow).where(JobRow.key.like("deliver:%"))).all()
        assert follow_up.run_at >= row.next_at - timedelta(seconds=1)
        row.next_at = clock.system_now()
    sink.answers.clear()
    deliver("job")
    assert states() == [(MessageState.SENT, 2)]


def test_a_server_that_is_away_fails_the_batch_and_asks_once(sink: SmtpSink) -> None:
    sink.stop()
    with db.transaction():
        for _ in range(3):
            make_message()
    deliver("job")
    assert states() == [(MessageState.FAILED, 1)] * 3


def test_a_repeated_mail_has_the_same_message_id(sink: SmtpSink) -> None:
    with db.transaction():
        message = make_message()
    sink.answers[message.address] = Answer.DROP_AFTER
    deliver("job")
    with db.transaction():
        session().get(Message, message.id).next_at = clock.system_now()
    sink.answers.clear()
    deliver("job")
    ids = [delivery.message["Message-ID"] for delivery in sink.deliveries]
    assert ids == [message.message_id] * 2


def test_it_gives_up_after_the_last_pause(sink: SmtpSink) -> None:
    with db.transaction():
        message = make_message(attempts=len(operations.PAUSES))
    sink.answers[message.address] = Answer.LATER
    deliver("job")
    assert states() == [(MessageState.BOUNCED, len(operations.PAUSES) + 1)]


def test_discarded_messages_stay(sink: SmtpSink) -> None:
    with db.transaction():
        make_message(state=MessageState.DISCARDED)
    deliver("job")
    assert states() == [(MessageState.DISCARDED, 0)]


def parts(mail: EmailMessage) -> list[tuple[str, str | None]]:
    return [(part.get_content_type(), part.get_param("method")) for part in mail.walk()]


def test_a_mail_with_an_invitation(sink: SmtpSink) -> None:
    with db.transaction():
        make_message(name="森田 葵", subject="面談の予約", body="本文\n", calendar=ICS, calendar_method="REQUEST")
    deliver("job")
    mail = sink.deliveries[0].message
    assert parts(mail) == [
        ("multipart/mixed", None),
        ("multipart/alternative", None),
        ("text/plain", None),
        ("text/html", None),
        ("text/calendar", "REQUEST"),
        ("text/calendar", "REQUEST"),
    ]
    assert str(mail["Subject"]) == "面談の予約"
    assert mail["To"].addresses[0].display_name == "森田 葵"
    assert mail["From"].addresses[0].addr_spec == "no-reply@example.org"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["invite.ics"]
    assert mail.get_body(("plain",)).get_content().splitlines() == ["本文"]


def test_a_plain_mail_has_two_parts(sink: SmtpSink) -> None:
    with db.transaction():
        make_message()
    deliver("job")
    assert parts(sink.deliveries[0].message) == [
        ("multipart/alternative", None),
        ("text/plain", None),
        ("text/html", None),
    ]


@pytest.mark.parametrize("evil", ["A\r\nBcc: all@example.org", "=?utf-8?q?A=0D=0ABcc:_all@example.org?=", "A\x85B"])
def test_names_and_subjects_make_no_headers(sink: SmtpSink, evil: str) -> None:
    with db.transaction():
        make_message(name=evil, subject=evil)
    deliver("job")
    mail = sink.deliveries[0].message
    assert mail["Bcc"] is None
    assert len(sink.deliveries[0].recipients) == 1
    assert sorted(set(mail.keys())) == [
        "Auto-Submitted",
        "Content-Language",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Subject",
        "To",
    ]


def test_an_address_that_no_mail_can_carry_bounces_alone(sink: SmtpSink) -> None:
    with db.transaction():
        make_message(address="a b@@example.org")
        make_message()
    deliver("job")
    assert states() == [(MessageState.BOUNCED, 1), (MessageState.SENT, 1)]


def test_no_password_over_a_line_that_is_open(app: App, settings: Settings) -> None:
    with db.transaction():
        make_message()
    with SmtpSink(host="127.0.0.2") as far:
        url = f"smtp://user:secret@127.0.0.2:{far.port}"
        with set_to(mail_backend="smtp", smtp_url=url):
            deliver("job")
    assert (states(), len(far.deliveries)) == ([(MessageState.FAILED, 1)], 0)
    with db.reading():
        error = session().scalars(select(Message.error)).one()
        assert error == "SMTPException: the server offers no TLS, so the password is not sent"


def test_one_key_makes_one_message_and_one_job(app: App) -> None:
    with db.transaction():
        person = make_person()
        values: dict[str, Any] = {"path": "/links/x", "lives": timedelta(minutes=10)}
        made = [notify(person, "sign_in_link", key="same", **values) for _ in range(2)]
        made.append(notify(person, "sign_in_link", key="other", **values))
    assert made == [True, False, True]
    with db.reading():
        assert len(session().scalars(select(JobRow)).all()) == 1


def woken() -> int:
    with db.reading():
        return len(session().scalars(select(JobRow.id)).all())


def test_a_mail_after_a_refused_attempt_has_its_job(app: App) -> None:
    values: dict[str, Any] = {"path": "/links/x", "lives": timedelta(minutes=10)}
    with db.transaction():
        person = make_person()
        with pytest.raises(Refused), session().begin_nested():
            notify(person, "sign_in_link", key="refused", **values)
            raise Refused("No.")
        notify(person, "sign_in_link", key="stands", **values)
    assert (len(states()), woken()) == (1, 1)


def test_a_mail_after_an_attempt_that_was_undone_around_it_has_its_job(app: App) -> None:
    values: dict[str, Any] = {"path": "/links/x", "lives": timedelta(minutes=10)}
    with db.transaction():
        person = make_person()
        with pytest.raises(Refused), session().begin_nested():
            with session().begin_nested():
                notify(person, "sign_in_link", key="inner", **values)
            raise Refused("No.")
        notify(person, "sign_in_link", key="stands", **values)
    assert (len(states()), woken()) == (1, 1)


def test_a_refused_attempt_costs_no_second_job(app: App) -> None:
    values: dict[str, Any] = {"path": "/links/x", "lives": timedelta(minutes=10)}
    with db.transaction():
        person = make_person()
        notify(person, "sign_in_link", key="before", **values)
        with pytest.raises(Refused), session().begin_nested():
            raise Refused("No.")
        notify(person, "sign_in_link", key="after", **values)
    assert (len(states()), woken()) == (2, 1)
