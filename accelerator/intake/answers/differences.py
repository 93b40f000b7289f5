"""What differs between two versions of an answer as a reader sees it: words, Japanese by character, rows, choices, files.

No database, no request. Compared is what the reader may read of either version, so nothing else can show or be counted.
The work is bounded: sentences are compared first, and words only inside those that differ and are not too long.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

from accelerator.intake.answers.reading import ReadableAnswer, ReadableSection
from accelerator.intake.models import QuestionKind

# Kana, ideographs and their half-width and long forms: written without blanks, so each character is a word of its own.
_EAST = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
_WORDS = re.compile(rf"[{_EAST}]|[^\W{_EAST}]+|\s+|.", re.DOTALL)
_SENTENCES = re.compile(r"\s+|[^。！？.!?\s][^。！？.!?\n]*[。！？.!?]*|[。！？.!?]+")
MOST_PAIRS = 160_000
"""Words of one side times words of the other: above that a passage is shown as exchanged in one."""
TEXTS = (QuestionKind.SHORT, QuestionKind.LONG)


class Change(StrEnum):
    """What became of a piece."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    """Some text that stayed, went or came."""

    change: Change
    text: str


Line = tuple[Piece, ...]


@dataclass(frozen=True)
class ComparedAnswer:
    """One answer in two versions, each as lines of pieces; a version without the answer has none."""

    key: str
    label: str
    before: tuple[Line, ...]
    after: tuple[Line, ...]

    @property
    def has_changed(self) -> bool:
        """Whether anything went or came."""
        pieces = (piece for line in (*self.before, *self.after) for piece in line)
        return any(piece.change is not Change.SAME for piece in pieces)


def compared(before: Sequence[ReadableSection], after: Sequence[ReadableSection]) -> list[ComparedAnswer]:
    """Every answer that stands in either version, in the order of the later one, what only the earlier has last."""
    old = {answer.key: answer for section in before for answer in section.answers}
    new = {answer.key: answer for section in after for answer in section.answers}
    return [_answer(key, old.get(key), new.get(key)) for key in dict.fromkeys((*new, *old))]


def _answer(key: str, before: ReadableAnswer | None, after: ReadableAnswer | None) -> ComparedAnswer:
    known = after or before
    label = known.label if known else key
    if before is None or after is None or _files(before) != _files(after):
        return ComparedAnswer(key, label, _whole(before, Change.REMOVED), _whole(after, Change.ADDED))
    if before.kind in TEXTS and after.kind in TEXTS:
        return ComparedAnswer(key, label, *_texts("\n\n".join(before.paragraphs), "\n\n".join(after.paragraphs)))
    return ComparedAnswer(key, label, *_listed(_cells(before), _cells(after)))


def _files(answer: ReadableAnswer) -> list[int]:
    return [file.id for file in answer.files]


def _cells(answer: ReadableAnswer) -> list[tuple[str, ...]]:
    """The lines of an answer, each by its cells. A file is another one as soon as it was uploaded anew."""
    files = [(file.name, file.note) for file in answer.files]
    return [*((part,) for part in (*answer.paragraphs, *answer.items)), *files, *answer.rows]


def _whole(answer: ReadableAnswer | None, change: Change) -> tuple[Line, ...]:
    if answer is None:
        return ()
    lines = [" · ".join(filter(None, cells)) for cells in _cells(answer)]
    return tuple((Piece(change, line),) for line in lines)


def _texts(before: str, after: str) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    pieces = list(_joined(differences(before, after)))
    return (
        tuple(_lines(piece for piece in pieces if piece.change is not Change.ADDED)),
        tuple(_lines(piece for piece in pieces if piece.change is not Change.REMOVED)),
    )


def _lines(pieces: Iterator[Piece]) -> Iterator[Line]:
    """Pieces by the lines of the text; empty lines are left out."""
    line: list[Piece] = []
    for piece in pieces:
        first, *others = piece.text.split("\n")
        line.append(Piece(piece.change, first))
        for text in others:
            yield from _filled(line)
            line = [Piece(piece.change, text)]
    yield from _filled(line)


def _filled(line: Sequence[Piece]) -> Iterator[Line]:
    kept = tuple(piece for piece in line if piece.text)
    if any(piece.text.strip() for piece in kept):
        yield kept


def differences(before: str, after: str) -> Iterator[Piece]:
    """Two texts as pieces: those that went stand before those that came in their place."""
    old, new = _SENTENCES.findall(before), _SENTENCES.findall(after)
    if len(old) * len(new) > MOST_PAIRS:
        old, new = [before], [after]
    for start, end, begin, stop, is_same in _blocks(old, new):
        removed, added = "".join(old[start:end]), "".join(new[begin:stop])
        if is_same:
            yield Piece(Change.SAME, removed)
        else:
            yield from _worded(_WORDS.findall(removed), _WORDS.findall(added))


def _worded(old: list[str], new: list[str]) -> Iterator[Piece]:
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    yield Piece(Change.SAME, "".join(old[:head]))
    if len(before) * len(after) > MOST_PAIRS:
        yield from _exchanged("".join(before), "".join(after))
    else:
        for start, end, begin, stop, is_same in _blocks(before, after):
            removed, added = "".join(before[start:end]), "".join(after[begin:stop])
            yield from (Piece(Change.SAME, removed),) if is_same else _exchanged(removed, added)
    yield Piece(Change.SAME, "".join(old[len(old) - tail :]))


def _exchanged(removed: str, added: str) -> Iterator[Piece]:
    yield Piece(Change.REMOVED, removed)
    yield Piece(Change.ADDED, added)


def _shared(old: Sequence[str], new: Sequence[str]) -> int:
    """How many words at the beginning are the same."""
    pairs = zip(old, new, strict=False)
    return next((at for at, (was, now) in enumerate(pairs) if was != now), min(len(old), len(new)))


def _blocks(old: Sequence[object], new: Sequence[object]) -> Iterator[tuple[int, int, int, int, bool]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, start, end, begin, stop in matcher.get_opcodes():
        yield start, end, begin, stop, tag == "equal"


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Neighbours of a kind as one piece, without empty ones: all that went before all that came."""
    last: dict[Change, str] = dict.fromkeys(Change, "")
    for piece in pieces:
        if not piece.text:
            continue
        if piece.change is Change.SAME:
            yield from _flushed(last)
            last[Change.SAME] += piece.text
            continue
        if last[Change.SAME]:
            yield Piece(Change.SAME, last.pop(Change.SAME))
            last[Change.SAME] = ""
        last[piece.change] += piece.text
    if last[Change.SAME]:
        yield Piece(Change.SAME, last[Change.SAME])
    yield from _flushed(last)


def _flushed(last: dict[Change, str]) -> Iterator[Piece]:
    for change in (Change.REMOVED, Change.ADDED):
        if last[change]:
            yield Piece(change, last[change])
            last[change] = ""


def _listed(
    old: Sequence[tuple[str, ...]], new: Sequence[tuple[str, ...]]
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Choices, files and rows of a table: what stayed, went and came; of a row that changed, the cells that did."""
    before: list[Line] = []
    after: list[Line] = []
    for start, end, begin, stop, is_same in _blocks(old, new):
        if is_same:
            before += [_row(cells, cells, Change.SAME) for cells in old[start:end]]
            after += [_row(cells, cells, Change.SAME) for cells in new[begin:stop]]
            continue
        for was, now in zip_longest(old[start:end], new[begin:stop]):
            if was is not None:
                before.append(_row(was, now, Change.REMOVED))
            if now is not None:
                after.append(_row(now, was, Change.ADDED))
    return tuple(before), tuple(after)


def _row(cells: Sequence[str], others: Sequence[str] | None, change: Change) -> Line:
    """The cells of a row; those that the other version has too in the same place stay."""
    known = others if others is not None and len(others) == len(cells) else ()
    pieces: list[Piece] = []
    for cell, other in zip_longest(cells, known):
        if cell:
            pieces += [Piece(Change.SAME, " · ")] if pieces else []
            pieces.append(Piece(Change.SAME if cell == other else change, cell))
    return tuple(pieces)
