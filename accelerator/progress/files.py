"""What kind of file some bytes are, by their first bytes and never by their name. Pure."""

LARGEST = 20 * 1024 * 1024  # bytes
PDF = "application/pdf"
_MARKS = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


def media_type(content: bytes) -> str | None:
    """``application/pdf``, ``image/png`` or ``image/jpeg``; None for everything else."""
    return next((kind for mark, kind in _MARKS if content.startswith(mark)), None)
