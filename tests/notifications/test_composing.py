"""Mails written as bytes, read back by the parser of the standard library."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from accelerator.core import clock
from accelerator.notifications.composing import compose
from accelerator.notifications.models import Message

LONGEST = 998  # bytes of a line without its end (RFC 5322, 2.1.1)
SENDER = "Funade <no-reply@example.org>"
JAPANESE = "面談の予約が確定しました。\n" * 30


def written(**values: Any) -> bytes:
    now = clock.system_now()
    defaults = {
        "id": 7,
        "key": "k",
        "kind": "test",
        "address": "kim@example.org",
        "name": "Kim Lee",
        "language": "en",
        "subject": "Hello",
        "body": "Hello.\n",
        "html": "<p>Hello.</p>",
        "next_at": now,
        "created_at": now,
    }
    return compose(Message(**{**defaults, **values}), SENDER)


def read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def part(mail: EmailMessage, kind: str) -> EmailMessage:
    found = mail.get_body((kind,))
    assert isinstance(found, EmailMessage)
    return found


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Plain text.\nTwo lines.\n", "7bit"),
        (".\n..\nFrom here on\n  spaces  \n", "7bit"),
        ("x" * LONGEST + "\n", "quoted-printable"),
        ("long " * 400 + "\n", "quoted-printable"),
        ("Zoë comes, and brings a long line with her: " + "word " * 60 + "\n.\nends in a space \n", "quoted-printable"),
        (JAPANESE, "base64"),
        ("🚢" * 200 + "\n", "base64"),
    ],
)
def test_every_text_arrives_as_it_was_written(text: str, encoding: str) -> None:
    content = written(body=text, html=text)
    mail = read(content)
    for kind in ("plain", "html"):
        found = part(mail, kind)
        assert (found["Content-Transfer-Encoding"], found.get_content().replace("\r\n", "\n")) == (encoding, text)
    assert (content.replace(b"\r\n", b"").count(b"\n"), content.replace(b"\r\n", b"").count(b"\r")) == (0, 0)
    assert max(map(len, content.split(b"\r\n"))) <= LONGEST
    assert content.isascii()
    assert mail.defects == []


def test_every_kind_of_end_of_a_line_becomes_the_one_of_mail() -> None:
    found = part(read(written(body="one\ntwo\r\nthree\rfour")), "plain")
    assert found.get_content() == "one\r\ntwo\r\nthree\r\nfour\r\n"


def test_a_text_cannot_end_its_part() -> None:
    mail = read(written())
    mark = mail.get_boundary()
    evil = f"--{mark}\nContent-Type: text/html\n\n<p>evil</p>\n--{mark}--\n"
    again = read(written(body=evil))
    assert [one.get_content_type() for one in again.iter_parts()] == ["text/plain", "text/html"]
    assert part(again, "plain").get_content().replace("\r\n", "\n") == evil


def test_long_and_foreign_headers_are_folded_and_come_back() -> None:
    subject, name = "面談の予約が確定しました" * 8, "Æthelred 森田 葵"
    mail = read(written(subject=subject, name=name))
    assert (str(mail["Subject"]), mail["To"].addresses[0].display_name) == (subject, name)


def test_a_domain_in_other_letters_is_written_as_it_is() -> None:
    lines = written(address="kim@例え.jp").split(b"\r\n")
    assert [line for line in lines if line.startswith(b"To:")] == ["To: Kim Lee <kim@例え.jp>".encode()]


def test_a_mail_says_what_wrote_it_and_in_which_language() -> None:
    mail = read(written(language="ja"))
    assert (mail["Auto-Submitted"], mail["Content-Language"], mail["Message-ID"]) == (
        "auto-generated",
        "ja",
        "<7.test@funade>",
    )
    assert (mail["MIME-Version"], mail["From"].addresses[0].addr_spec) == ("1.0", "no-reply@example.org")
