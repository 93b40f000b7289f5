"""The form over the free parts of the privacy notice."""

from wtforms.validators import Length

from accelerator.core.forms import TextField
from accelerator.core.i18n import lazy
from accelerator.core.shared_form import SharedForm
from accelerator.core.text import clean
from accelerator.intake.notice_models import PrivacyNotice

PARTS = ("responsible", "contact", "further")
LONGEST = Length(max=4000)


class NoticeForm(SharedForm):
    """Each part in English and in Japanese."""

    responsible_en = TextField(lazy("Who is responsible, English"), [LONGEST])
    responsible_ja = TextField(lazy("Who is responsible, Japanese"), [LONGEST], render_kw={"lang": "ja"})
    contact_en = TextField(lazy("Whom to write to, English"), [LONGEST])
    contact_ja = TextField(lazy("Whom to write to, Japanese"), [LONGEST], render_kw={"lang": "ja"})
    further_en = TextField(lazy("What else applicants should know, English"), [LONGEST])
    further_ja = TextField(lazy("What else applicants should know, Japanese"), [LONGEST], render_kw={"lang": "ja"})

    @classmethod
    def of(cls, notice: PrivacyNotice | None) -> "NoticeForm":
        """The form over what is stored; empty fields where nothing is yet."""
        return cls(
            data={
                f"{part}_{code}": getattr(notice, part).get(code, "") if notice else ""
                for part in PARTS
                for code in ("en", "ja")
            }
        )

    def pair(self, part: str) -> dict[str, str]:
        """A part in both languages."""
        return {code: clean(self[f"{part}_{code}"].data or "").strip() for code in ("en", "ja")}
