import io
import logging
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from accelerator.core import pdf
from accelerator.core.charts import bars, steps
from accelerator.core.charts.lines import sparkline

STAMP = datetime(2020, 11, 12, 3, 0, tzinfo=UTC)
SHEET = Path(__file__).parents[2] / "templates" / "reports" / "report.css"


def typeset(body: str, base: Path, *, head: str = "", **changes: Any) -> bytes:
    given: dict[str, Any] = {"base": base, "language": "ja", "title": "実施報告書", "stamp": STAMP}
    return pdf.render(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>", **given | changes)


def reader(document: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(document))


def text(document: bytes) -> str:
    return "".join("".join(page.extract_text() for page in reader(document).pages).split())


def fonts(document: bytes) -> set[str]:
    """Names of the embedded fonts, without the tag of the subset."""
    named = [font.get_object() for page in reader(document).pages for font in page["/Resources"]["/Font"].values()]
    return {str(font["/BaseFont"]).split("+")[-1] for font in named}


def pictures(document: bytes) -> list[tuple[int, int]]:
    return [image.image.size for page in reader(document).pages for image in page.images if image.image]


def png(colour: str, size: tuple[int, int] = (8, 4)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, "PNG")
    return written.getvalue()


def test_the_page_is_tagged_dated_and_speaks_its_language(tmp_path: Path) -> None:
    document = reader(typeset("<h1>報告</h1><p>Kobe 2020</p>", tmp_path))
    root = document.trailer["/Root"].get_object()
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("ja", True)
    statement = root["/Metadata"].get_object().get_data()
    assert re.findall(rb'pdfua/ns/id/"|:part="(\d)"', statement).count(b"1") == 1
    assert document.metadata is not None
    assert (document.metadata.title, document.metadata.creation_date) == ("実施報告書", STAMP)
    assert document.metadata.modification_date == STAMP


def test_japanese_is_set_in_the_font_of_the_package_with_a_real_bold(tmp_path: Path) -> None:
    head = "<style>body { font-family: Report }</style>"
    document = typeset("<p>船出 Funade</p><p><b>採択</b></p>", tmp_path, head=head)
    assert text(document) == "船出Funade採択"
    assert len(fonts(document)) == 2
    assert {name.split("-")[0] for name in fonts(document)} == {"Report"}


@pytest.mark.no_cover
def test_the_same_input_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    head = f"<style>{SHEET.read_text()}</style>"
    body = "<h1>船出</h1><p><b>Bold</b></p>" + sparkline([1, 2, 3], title="数値")
    program = (
        "import sys; from datetime import UTC, datetime; from pathlib import Path; from accelerator.core import pdf;"
        "sys.stdout.buffer.write(pdf.render(sys.stdin.read(), base=Path(sys.argv[1]), language='ja',"
        " title='実施報告書', stamp=datetime(2020, 11, 12, 3, 0, tzinfo=UTC)))"
    )
    page = f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "7", "PYTHONUTF8": "1"}
    other = subprocess.run(
        [sys.executable, "-P", "-c", program, str(tmp_path)],
        input=page.encode(),
        capture_output=True,
        check=True,
        env=environment,
    )
    assert other.stdout == typeset(body, tmp_path, head=head)


@pytest.mark.no_cover
def test_another_stamp_gives_another_identity(tmp_path: Path) -> None:
    first, second = (reader(typeset("<p>x</p>", tmp_path, stamp=stamp)) for stamp in (STAMP, STAMP.replace(year=2021)))
    assert first.trailer["/ID"][0] != second.trailer["/ID"][0]


def test_the_clock_of_the_fonts_is_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    typeset("<p>x</p>", tmp_path)
    assert "SOURCE_DATE_EPOCH" not in os.environ
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "12")
    typeset("<p>x</p>", tmp_path)
    assert os.environ["SOURCE_DATE_EPOCH"] == "12"


def test_pages_are_counted(tmp_path: Path) -> None:
    body = "<section style='break-after: page'>x</section>" * 3 + "<p>end</p>"
    document = typeset(body, tmp_path)
    assert (pdf.page_count(document), len(reader(document).pages)) == (4, 4)
    with pytest.raises(ValueError, match="not a PDF"):
        pdf.page_count(b"%PDF-1.7 nothing")


def test_pictures_come_from_memory_and_from_below_the_base(tmp_path: Path) -> None:
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "mark.png").write_bytes(png("red", (8, 4)))
    body = '<img alt="a" src="img/mark.png"><img alt="b" src="logos/7.png">'
    document = typeset(body, tmp_path, files={"logos/7.png": png("blue", (5, 3))})
    assert sorted(pictures(document)) == [(5, 3), (8, 4)]


def test_nothing_else_is_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    base, secret = tmp_path / "static", tmp_path / "secret.png"
    base.mkdir()
    secret.write_bytes(png("red"))
    (tmp_path / "other.png").write_bytes(png("red"))
    (base / "notes.txt").write_text("plain")
    (base / "out.png").symlink_to(secret)
    addresses = [
        secret.as_uri(),
        "../other.png",
        "out.png",
        "notes.txt",
        "missing.png",
        "file://elsewhere/secret.png",
        "http://127.0.0.1:9/x.png",
        "data:image/png;base64,iVBORw0KGgo=",
    ]
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        document = typeset("".join(f'<img alt="x" src="{address}">' for address in addresses), base)
    assert pictures(document) == []
    assert [record.getMessage()[:20] for record in caplog.records] == ["Failed to load image"] * len(addresses)


def test_a_drawing_from_below_the_base_cannot_fetch_from_elsewhere(tmp_path: Path) -> None:
    base, secret = tmp_path / "static", tmp_path / "secret.png"
    base.mkdir()
    secret.write_bytes(png("red", (8, 4)))
    (base / "ours.png").write_bytes(png("red", (5, 3)))
    for name, target in (("bad", secret), ("good", base / "ours.png")):
        (base / f"{name}.svg").write_text(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9">'
            f'<image href="{target.as_uri()}" width="9" height="9"/></svg>'
        )
    assert pictures(typeset('<img alt="x" src="bad.svg"><img alt="x" src="good.svg">', base)) == [(5, 3)]


def test_user_text_cannot_attach_or_style_from_files(tmp_path: Path) -> None:
    base, secret = tmp_path / "static", tmp_path / "secret.css"
    base.mkdir()
    secret.write_text("body::after { content: 'TAKEN' }")
    body = (
        f'<link rel="attachment" href="{secret.as_uri()}"><link rel="stylesheet" href="{secret.as_uri()}">'
        f'<style>@import "{secret.as_uri()}";</style><base href="{tmp_path.as_uri()}/"><p>kept</p>'
    )
    document = typeset(body, base)
    assert text(document) == "kept"
    assert list(reader(document).attachments) == []


@pytest.mark.no_cover
def test_chart_rules_of_the_page_reach_into_the_drawings(tmp_path: Path) -> None:
    head = "<style>/* svg .c1 { fill: #ffffff; } */\nsvg .c1 { fill: #ff0000; }\np { color: #000000 }</style>"
    drawing = bars.hbar(1, 2, label="half")
    document = typeset(f"<p>x</p>{drawing}", tmp_path, head=head)
    content = reader(document).pages[0].get_contents()
    assert content is not None
    fills = re.findall(rb"1\.? 0\.? 0\.? (?:rg|scn|sc)\b", content.get_data())
    assert len(fills) == 1


@pytest.mark.no_cover
def test_the_report_sheet_is_understood_in_full(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    head = f"<style>{SHEET.read_text()}</style>"
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        typeset(f"<p>x</p>{steps.pips(1, 5, label='1 of 5')}", tmp_path, head=head)
    assert [record.getMessage() for record in caplog.records] == []


def test_cover_contents_chapters_and_running_texts(tmp_path: Path) -> None:
    body = (
        '<section class="cover"><h1>報告書</h1></section>'
        '<nav class="toc"><h2>目次</h2><ol><li><a href="#one">応募</a></li><li><a href="#two">採択</a></li></ol></nav>'
        '<section class="chapter" id="one"><h2>応募</h2><p>第一章</p></section>'
        '<section class="chapter" id="two"><h2>採択</h2><p>第二章</p></section>'
    )
    head = f"<style>{SHEET.read_text()} body {{ string-set: report 'Kobe 2020', foot 'as of 12 Nov' }}</style>"
    document = reader(typeset(body, tmp_path, head=head))
    pages = [set(page.extract_text().split()) for page in document.pages]
    assert pages[0] == {"報告書"}
    assert pages[1] >= {"目次", "応募", "3", "採択", "4", "Kobe", "2020"}
    assert pages[2] == {"Kobe", "2020", "応募", "第一章", "as", "of", "12", "Nov", "3", "/", "4"}
    assert pages[3] == {"Kobe", "2020", "採択", "第二章", "as", "of", "12", "Nov", "4", "/"}
    assert [item["/Title"] for item in document.outline if isinstance(item, dict)][-2:] == ["応募", "採択"]


def rows_on_pages(rows: int, base: Path) -> list[int]:
    lines = "".join(f"<tr><th scope='row'>r{i}</th></tr>" for i in range(rows))
    body = f"<table><thead><tr><th scope='col'>Head</th></tr></thead><tbody>{lines}</tbody></table>"
    pages = reader(typeset(body, base, head=f"<style>{SHEET.read_text()}</style>")).pages
    assert [page.extract_text().count("Head") for page in pages] == [1] * len(pages)
    return [len(re.findall(r"\br\d+", page.extract_text())) for page in pages]


@pytest.mark.no_cover
def test_a_table_repeats_its_head_and_never_leaves_a_row_alone_on_its_last_page(tmp_path: Path) -> None:
    full = rows_on_pages(90, tmp_path)[0]
    assert rows_on_pages(full, tmp_path) == [full]
    assert rows_on_pages(full + 1, tmp_path) == [full - 2, 3]
    assert rows_on_pages(full + 2, tmp_path) == [full - 1, 3]


def test_a_naive_stamp_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="zone"):
        typeset("<p>x</p>", tmp_path, stamp=datetime(2020, 11, 12))


def test_a_machine_without_pango_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # A module set to None makes its import fail, as it does where the libraries are missing.
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(pdf.PdfUnavailable, match=r"WeasyPrint cannot be loaded.*apt install libpango"):
        typeset("<p>x</p>", tmp_path)
    refusal = pdf.available()
    assert refusal is not None
    assert refusal.hint.startswith("Install Pango")


def test_this_machine_can_typeset_and_has_the_font() -> None:
    assert pdf.available() is None
    font = pdf.package_font()
    assert font is not None
    assert font.name == "NotoSansJP[wght].ttf"
