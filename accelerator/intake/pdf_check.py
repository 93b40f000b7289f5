"""Whether an uploaded file is a harmless PDF, and how many pages it has. Pure, and bounded in time and memory.

Only the outline of the file is looked at: the text between streams, and the object streams that hold the rest of the
outline, inflated up to a limit. Pictures and page contents are never inflated.
"""

import re
import zlib

INFLATE_LIMIT = 16_000_000  # bytes, over all object streams
_FORBIDDEN = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?)(?![A-Za-z0-9])")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_TREE = re.compile(rb"/Type\s*/Pages(?![A-Za-z])")
_LEAF = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_COUNT = re.compile(rb"/Count\s+(\d{1,9})")
_OBJECT = re.compile(rb"\bobj\b|\bendobj\b")


class NotAcceptable(Exception):
    """The file can't be taken; ``reason`` is ``kind``, ``active``, ``locked``, ``broken`` or ``pages``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def page_count(content: bytes) -> int:
    """The number of pages of a PDF. Raises :class:`NotAcceptable` for whatever should not be kept or passed on."""
    if not content.startswith(b"%PDF-"):
        raise NotAcceptable("kind")
    if b"%%EOF" not in content[-2048:]:
        raise NotAcceptable("broken")
    outline = _unescaped(_outline(content))
    if _FORBIDDEN.search(outline):
        raise NotAcceptable("active")
    if b"/Encrypt" in outline:
        raise NotAcceptable("locked")
    return _pages(outline)


def _outline(content: bytes) -> bytes:
    """Everything but the contents of streams, followed by the inflated object streams."""
    parts, inflated, at = [], [], 0
    budget = INFLATE_LIMIT
    while (start := content.find(b"stream", at)) >= 0:
        end = content.find(b"endstream", start)
        if end < 0:
            raise NotAcceptable("broken")
        head = content[at:start]
        parts.append(head)
        # The dictionary of a stream stands right before it, after the word "obj".
        if b"/ObjStm" in _unescaped(head[head.rfind(b" obj") :]):
            inflated.append(_inflated(content[start + 6 : end].lstrip(b"\r\n"), budget))
            budget -= len(inflated[-1])
        at = end + 9
    return b"\n".join([*parts, content[at:], *inflated])


def _inflated(packed: bytes, budget: int) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(packed, budget + 1)
    except zlib.error:
        # Packed in a way that we do not read, so we can't say that it is harmless.
        raise NotAcceptable("broken") from None
    if len(text) > budget:
        raise NotAcceptable("broken")
    return text


def _unescaped(text: bytes) -> bytes:
    """Names with their escapes resolved: ``/J#61vaScript`` is the same name as ``/JavaScript``."""
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), text)


def _pages(outline: bytes) -> int:
    counts = [int(count[1]) for part in _OBJECT.split(outline) if _TREE.search(part) for count in _COUNT.finditer(part)]
    pages = max([*counts, 0]) or len(_LEAF.findall(outline))
    if not pages:
        raise NotAcceptable("pages")
    return pages
