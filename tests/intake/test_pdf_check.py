"""Which files are taken as a deck."""

import zlib

import pytest

from accelerator.intake.pdf_check import INFLATE_LIMIT, NotAcceptable, page_count
from tests.factories.intake import pdf


def with_object_stream(text: bytes, *, packed: bytes | None = None) -> bytes:
    """A PDF that keeps a part of its outline in a compressed stream."""
    body = zlib.compress(text) if packed is None else packed
    head = b"9 0 obj\n<< /Type /ObjStm /Filter /FlateDecode /Length %d >>\nstream\n" % len(body)
    return pdf().replace(b"trailer", head + body + b"\nendstream\nendobj\ntrailer")


def test_pages_are_counted() -> None:
    assert page_count(pdf(3)) == 3
    assert page_count(pdf(30)) == 30


def test_pages_in_object_streams_are_counted() -> None:
    content = with_object_stream(b"<< /Type /Pages /Count 7 >>").replace(b"/Count 2", b"")
    assert page_count(content) == 7


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html>", "kind"),
        (b"\x89PNG" + pdf(), "kind"),
        (pdf()[:-7], "broken"),
        (pdf(extra=b"/OpenAction << /S /JavaScript /JS (app.alert) >>"), "active"),
        (pdf(extra=b"/OpenAction << /S /J#61vaScript >>"), "active"),
        (pdf(extra=b"/A << /S /Launch /F (cmd.exe) >>"), "active"),
        (pdf(extra=b"/Names << /EmbeddedFiles 9 0 R >>"), "active"),
        (with_object_stream(b"<< /S /JavaScript >>"), "active"),
        (with_object_stream(b"", packed=b"not zlib"), "broken"),
        (pdf().replace(b"trailer <<", b"trailer << /Encrypt 9 0 R"), "locked"),
        (b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\n%%EOF", "pages"),
        (b"%PDF-1.4\n1 0 obj << >> stream %%EOF", "broken"),
    ],
)
def test_what_is_not_taken(content: bytes, reason: str) -> None:
    with pytest.raises(NotAcceptable) as answer:
        page_count(content)
    assert answer.value.reason == reason


def test_a_bomb_is_not_inflated() -> None:
    bomb = with_object_stream(b"", packed=zlib.compress(b"0" * (INFLATE_LIMIT + 2)))
    with pytest.raises(NotAcceptable, match="broken"):
        page_count(bomb)


def test_pictures_may_hold_any_bytes() -> None:
    picture = b"8 0 obj\n<< /Subtype /Image >>\nstream\n/JavaScript /Launch\nendstream\nendobj\ntrailer"
    assert page_count(pdf().replace(b"trailer", picture)) == 2
