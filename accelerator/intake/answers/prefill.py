"""What a new draft takes over from what is known of the firm. Pure.

Only what says who the firm is: what holds for a day or a year (traction, staff, money), what is about one edition (track,
goals, hours, who attends), files, declarations, consents and statistics are asked anew each time.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from accelerator.intake.answers.checking import check
from accelerator.intake.answers.questions import Answers, PlainForm, is_filled, is_shown
from accelerator.intake.models import QuestionKind

ABOUT_THE_FIRM = frozenset(
    {
        "name",
        "native_name",
        "one_line",
        "one_line_ja",
        "website",
        "linkedin",
        "country",
        "prefecture",
        "city",
        "countries",
        "founded",
        "incorporated",
        "incorporated_on",
        "legal_form",
        "corporate_number",
        "sector",
        "sector_other",
        "tags",
        "business_model",
        "customer_type",
        "problem",
        "solution",
        "market",
        "rights",
        "founders",
        "why_team",
        "zone",
    }
)
NEVER = frozenset(
    {QuestionKind.FILE, QuestionKind.DECLARATION, QuestionKind.CONSENT, QuestionKind.TRACK, QuestionKind.HOURS}
)


def known_answers(
    form: PlainForm, record: Answers, sent: Answers, sent_kinds: Mapping[str, QuestionKind], today: date
) -> dict[str, Any]:
    """The answers to ``form`` that are known: those of the record, else those sent last to a question of the same kind.

    What this form would refuse, such as a sector that it does not offer, is left out. The name stays in any case.
    """
    known: dict[str, Any] = {}
    for question in form.questions:
        key = question.key
        if key not in ABOUT_THE_FIRM or question.kind in NEVER:
            continue
        value = record.get(key)
        if not is_filled(value) and sent_kinds.get(key) is question.kind:
            value = sent.get(key)
        # A table of founders with gaps is better than an empty one; the page says what is missing.
        fits = question.kind is QuestionKind.FOUNDERS or not check(question, value, known, today)
        if is_filled(value) and is_shown(question, known) and fits:
            known[key] = value
    return known if "name" in known else {**known, "name": record["name"]}


def founders_still_there(rows: Any, gone: Sequence[str]) -> list[Mapping[str, Any]]:
    """The founders of an earlier table without those who left or said that they are none, by their addresses."""
    listed = rows if isinstance(rows, list) else []
    return [row for row in listed if isinstance(row, dict) and row.get("email") not in gone]
