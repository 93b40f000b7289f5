"""How well a reviewer and an application fit, in points for the assignment. Pure.

700 points for the sector and 300 for the language. Whoever named no sectors or languages counts half. A reviewer who
named languages is not asked to read another: such a pair does not exist at all.
"""

import random
import unicodedata
from collections.abc import Collection, Iterable, Sequence

SECTOR_POINTS, LANGUAGE_POINTS = 700, 300
_JAPANESE_SHARE = 0.2
_SCRIPTS = ("HIRAGANA", "KATAKANA", "CJK")


def language_of(texts: Iterable[str]) -> str:
    """``ja`` when at least a fifth of the letters are Japanese, else ``en``: names alone don't make a text Japanese."""
    letters = [letter for text in texts for letter in text if letter.isalpha()]
    japanese = sum(unicodedata.name(letter, "").startswith(_SCRIPTS) for letter in letters if ord(letter) > 0x2FFF)
    return "ja" if letters and japanese >= _JAPANESE_SHARE * len(letters) else "en"


def affinity(
    expertise: Collection[str], languages: Collection[str], *, sector: str | None, language: str
) -> int | None:
    """Points from 0 to 1000, None when the reviewer can't read the application's language."""
    if languages and language not in languages:
        return None
    known = LANGUAGE_POINTS if languages else LANGUAGE_POINTS // 2
    if not expertise:
        return known + SECTOR_POINTS // 2
    return known + (SECTOR_POINTS if sector in expertise else 0)


def own_order(application_ids: Sequence[int], round_id: int, reviewer_id: int) -> list[int]:
    """The applications in this reviewer's own order: shuffled by a seed, because scores rise along a shared one."""
    order = sorted(application_ids)
    random.Random(f"{round_id}:{reviewer_id}").shuffle(order)
    return order
