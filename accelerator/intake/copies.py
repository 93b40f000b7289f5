"""The typeset copy of what was sent: its row, the job that makes it, and its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from jinja2 import Environment
from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from accelerator.core import i18n, paper, pdf, times
from accelerator.core.db import Base
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.core.lives import kept
from accelerator.core.outbox import Job
from accelerator.intake.answers.reading import ReadableSection

MAKE_COPY = Job(
    "intake.make_copy", label=lazy("Making the PDF copy of an application"), queue="reports", long=True, is_sum=True
)


class RevisionCopy(Base):
    """The PDF of a revision in one language. It lies in the storage under its SHA-256."""

    __tablename__ = "revision_copy"
    __life__ = kept(personal=True)
    __table_args__ = (UniqueConstraint("revision_id", "language"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    language: Mapped[str] = mapped_column(String(5))
    storage_key: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]  # bytes
    created_at: Mapped[datetime]


@dataclass(frozen=True)
class Sent:
    """What is printed of a revision, apart from the answers, which are read in the language of the copy."""

    edition_title: str
    programme_title: str
    host: str
    reference: str
    startup: str
    number: int
    digest: str
    sent_at: datetime
    sender: str
    zone: str
    is_demo: bool

    @property
    def sent_on(self) -> str:
        """The instant with its year, since a print is read years later: ``Fri 14 Aug 2020, 17:00 JST``."""
        day = times.day(self.sent_at, self.zone, year=True)
        separator = " " if i18n.language() == "ja" else ", "
        hour, zone = times.hour(self.sent_at, self.zone), times.abbreviation(self.sent_at, self.zone)
        return f"{day}{separator}{hour} {zone}"


def file_name(reference: str, number: int) -> str:
    """``A-0142-2.pdf``: the reference and the number of the revision."""
    return f"{reference}-{number}.pdf"


def typeset(sent: Sent, sections: Sequence[ReadableSection], *, language: str) -> bytes:
    """The PDF of a revision; the same revision gives the same bytes. Raises `PdfUnavailable`."""
    with i18n.speaking(language, sent.zone):
        title = _("%(reference)s: %(startup)s", reference=sent.reference, startup=sent.startup)
        html = (
            _environment()
            .get_template("intake/pdf/copy.html")
            .render(sent=sent, sections=sections, language=language, title=title)
        )
    return pdf.render(html, base=paper.PICTURES, language=language, title=title, stamp=sent.sent_at)


@cache
def _environment() -> Environment:
    return paper.environment()
