"""Looks at one PDF and writes it anew, in a process of its own: run by :mod:`accelerator.core.pdf_check`, never imported.

The file comes on the standard input. Out come one line of JSON, ``{"pages": 12}`` or ``{"reason": "active"}``, and after
the line the file as qpdf writes it: only what belongs to its pages, nothing between the objects, no action that starts
by itself, links to the web and inside of the file alone. Whatever could act otherwise is refused.
"""

import contextlib
import io
import json
import sys
from collections.abc import Iterator
from typing import Any

import pikepdf

if sys.platform != "win32":  # where there are no such limits the caller's time-out is left
    import resource

MEMORY = 1_000_000_000  # bytes of addresses, of which the libraries take a third
SECONDS = 10  # of computing
MOST_OBJECTS = 300_000
ACTIVE = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToR",
        "/GoToE",
        "/GoTo3DView",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/RichMediaExecute",
        "/ResetForm",
        "/Hide",
        "/SetOCGState",
        "/Trans",
        "/Thread",
        "/GoToDp",
    }
)
PASSIVE = frozenset({"/GoTo", "/URI", "/Named"})
FORBIDDEN_KEYS = frozenset(
    {"/JS", "/JavaScript", "/XFA", "/EF", "/EmbeddedFiles", "/RichMediaContent", "/RichMediaSettings"}
)
FORBIDDEN_KINDS = frozenset(
    {"/RichMedia", "/Movie", "/Sound", "/Screen", "/FileAttachment", "/3D", "/EmbeddedFile", "/Rendition"}
)
ACTION_KEYS = ("/A", "/Next", "/PA", "/OpenAction")
SCHEMES = ("https:", "http:", "mailto:", "tel:")


class NotTaken(Exception):
    """Why the file is refused: one of the reasons of :class:`accelerator.core.pdf_check.NotAcceptable`."""


def examined(content: bytes) -> tuple[int, bytes]:
    """The number of pages, and the file written anew. Raises NotTaken."""
    try:
        file = pikepdf.open(io.BytesIO(content))
    except pikepdf.PasswordError:
        raise NotTaken("locked") from None
    except (pikepdf.PdfError, ValueError):
        raise NotTaken("broken") from None
    with file:
        if file.is_encrypted:
            raise NotTaken("locked")
        _calm(file)
        pages = len(file.pages)
        if not pages:
            raise NotTaken("pages")
        out = io.BytesIO()
        file.save(out, deterministic_id=True, stream_decode_level=pikepdf.StreamDecodeLevel.none)
        return pages, out.getvalue()


def _calm(file: pikepdf.Pdf) -> None:
    """Refuse what may act, and take away what starts or leads elsewhere by itself."""
    for thing in _reachable(file.trailer):
        if isinstance(thing, pikepdf.Array):
            continue
        _refuse_active(thing)
        for key in ("/AA", "/OpenAction"):
            if key in thing and not (key == "/OpenAction" and isinstance(thing[key], pikepdf.Array)):
                del thing[key]
        for key in ACTION_KEYS:
            if any(_leads_astray(action) for action in _actions(thing.get(key))):
                del thing[key]
        _take_addresses(thing)


def _actions(value: Any) -> list[Any]:
    """One action, or several in a row."""
    parts = list(value) if isinstance(value, pikepdf.Array) else [value]
    return [part for part in parts if isinstance(part, pikepdf.Dictionary)]


def _take_addresses(thing: Any) -> None:
    """Take away what links count from, what pages were captured from, and the address of a link wherever it stands."""
    if "/URLS" in thing:
        del thing["/URLS"]
    is_base = isinstance(thing.get("/URI"), pikepdf.Dictionary)
    if is_base or ("/URI" in thing and not _is_plain(thing)):
        del thing["/URI"]


def _reachable(trailer: Any) -> Iterator[Any]:
    """Every dictionary, stream and array that belongs to the file, each once."""
    waiting, known, seen = [trailer], set[tuple[int, int]](), 0
    while waiting:
        thing = waiting.pop()
        if thing.is_indirect:
            if thing.objgen in known:
                continue
            known.add(thing.objgen)
        seen += 1
        if seen > MOST_OBJECTS:
            raise NotTaken("broken")
        # Before the caller takes anything out of it: what is taken out is looked at as well.
        inside = list(thing) if isinstance(thing, pikepdf.Array) else [thing[key] for key in thing.keys()]  # noqa: SIM118
        waiting += [part for part in inside if isinstance(part, (pikepdf.Dictionary, pikepdf.Stream, pikepdf.Array))]
        yield thing


def _refuse_active(thing: Any) -> None:
    if FORBIDDEN_KEYS.intersection(thing.keys()):
        raise NotTaken("active")
    kinds = {str(thing[key]) for key in ("/S", "/Type", "/Subtype") if isinstance(thing.get(key), pikepdf.Name)}
    if kinds & FORBIDDEN_KINDS or str(thing.get("/S", "")) in ACTIVE or _names_file(thing):
        raise NotTaken("active")


def _names_file(thing: Any) -> bool:
    """Whether something names a file elsewhere: opening one on a server of Windows hands over a password's hash."""
    return any(isinstance(thing.get(key), (pikepdf.String, pikepdf.Dictionary)) for key in ("/F", "/UF"))


def _leads_astray(action: Any) -> bool:
    """Whether an action is none of a plain link; an unknown kind counts as one that acts."""
    kind = action.get("/S")
    if kind is None:
        return False  # attributes of the structure of the text have the same key
    if str(kind) not in PASSIVE:
        raise NotTaken("active")
    return str(kind) == "/URI" and not _is_plain(action)


def _is_plain(action: Any) -> bool:
    """Whether a link leads to the web, to a mail or to a telephone."""
    address = "".join(letter for letter in str(action.get("/URI", "")) if letter.isprintable() and letter != " ")
    return address.lower().startswith(SCHEMES)


def _limit() -> None:
    if sys.platform != "win32":
        for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0)):
            with contextlib.suppress(ValueError, OSError):  # macOS knows no limit of addresses
                resource.setrlimit(kind, (most, most))


def main() -> None:
    """Answer for the file on the standard input."""
    _limit()
    answer: dict[str, Any]
    rewritten = b""
    try:
        answer = {}
        answer["pages"], rewritten = examined(sys.stdin.buffer.read())
    except NotTaken as refusal:
        answer = {"reason": str(refusal)}
    except (pikepdf.PdfError, MemoryError, RecursionError, ValueError, TypeError, KeyError, RuntimeError):
        answer, rewritten = {"reason": "broken"}, b""
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + rewritten)


if __name__ == "__main__":
    main()
