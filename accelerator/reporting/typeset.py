"""From a frozen document to the pages of the report, outside of any request: HTML here, PDF by `core.pdf`."""

from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment

from accelerator.core import i18n, paper, pdf
from accelerator.core.countries import country_name
from accelerator.intake.answers.prefectures import prefecture_name
from accelerator.reporting import wording
from accelerator.reporting.queries.snapshots import Rendering
from accelerator.reporting.sheet import Sheet


@cache
def environment() -> Environment:
    """The Jinja environment of reports."""
    return paper.environment(**words())


def words() -> dict[str, Any]:
    """What templates of figures may call, on the web and on paper alike."""
    return {"w": wording, "country_name": country_name, "prefecture_name": prefecture_name}


def page(work: Rendering) -> str:
    """The whole report as one HTML page, in the language of the rendering."""
    zone = str(work.figures["edition"]["zone"])
    with i18n.speaking(work.language, zone):
        return (
            environment()
            .get_template("reporting/pdf/report.html")
            .render(
                sheet=Sheet(work.figures),
                language=work.language,
                number=work.number,
                digest=work.digest,
                title=work.title,
                taken_at=wording.moment(work.taken_at, zone),
            )
        )


def typeset(work: Rendering, html: str) -> bytes:
    """The PDF of ``page(work)``; the same snapshot gives the same bytes. Raises `PdfUnavailable`."""
    return pdf.render(html, base=paper.PICTURES, language=work.language, title=title(work), stamp=stamp(work))


def title(work: Rendering) -> str:
    """The document's title."""
    with i18n.speaking(work.language):
        return Sheet(work.figures).title


def stamp(work: Rendering) -> datetime:
    """The instant that the file carries: that of its figures, so that a later rendering is the same file."""
    taken_at: datetime = work.taken_at
    return taken_at


def file_names(slug: str, number: int, language: str, heading: str) -> tuple[str, str]:
    """A file name in plain ASCII, and one in the reader's own script."""
    plain = "".join(letter for letter in slug if letter.isascii() and (letter.isalnum() or letter == "-")) or "report"
    nice = "".join(" " if letter in '\\/:*?"<>|' or ord(letter) < 32 else letter for letter in heading).strip()
    return f"{plain}-report-{number}-{language}.pdf", f"{nice} v{number}.pdf"
