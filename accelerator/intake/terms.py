"""Text as the terms that a search finds it by. Pure; both sides, what is stored and what is typed, pass through here.

Words are found by their beginning. Japanese, Chinese and Korean are written without spaces between words, so every
place in them begins a term: 医療機器 is found by 医療, by 機器 and by 療機, and two characters or one are enough.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LONGEST = 20  # characters of a term
_SPACELESS = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003fffd"
)
_RUN = re.compile(f"([{_SPACELESS}]+)|[^\\W_{_SPACELESS}]+")
_GAP = re.compile(f"(?<=[{_SPACELESS}])\\s+(?=[{_SPACELESS}])")
_ACCENTS = re.compile("[\u0300-\u036f]")  # of Latin, Greek and Cyrillic; the marks of kana are others


@dataclass(frozen=True)
class SoughtTerm:
    """What a text has to hold: the term itself, or with ``begins`` one that begins so."""

    term: str
    begins: bool


def terms_of(texts: Iterable[str]) -> set[str]:
    """Every term that the texts are found by."""
    return {term for text in texts for run in _RUN.finditer(folded(text)) for term in _stored(run)}


def spellings(name: str) -> tuple[str, ...]:
    """A name as it is written and, where its parts are of a script without spaces, as people type it: 森田葵."""
    joined = _GAP.sub("", folded(name))
    return (name,) if joined == folded(name) else (name, joined)


def terms_sought(text: str) -> list[SoughtTerm]:
    """What a search asks for, all of it at once: whole words, and the beginning of the last, which is being typed.

    A run without spaces is wanted as it stands, anywhere. Signs alone ask for nothing that could be found.
    """
    runs = list(_RUN.finditer(folded(text)))
    sought: dict[SoughtTerm, None] = {}
    for number, run in enumerate(runs, 1):
        if run[1]:
            pieces = (run[0][at : at + LONGEST] for at in range(0, len(run[0]), LONGEST))
            sought |= dict.fromkeys(SoughtTerm(piece, True) for piece in pieces)
        else:
            sought[SoughtTerm(run[0][:LONGEST], number == len(runs))] = None
    return list(sought)


def _stored(run: re.Match[str]) -> Iterator[str]:
    starts = range(len(run[0])) if run[1] else (0,)
    return (run[0][at : at + LONGEST] for at in starts)


def folded(text: str) -> str:
    """Without capitals, accents, and differences of width: ｷｬﾌｪ is キャフェ, Café is cafe."""
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFKC", plain).casefold()
