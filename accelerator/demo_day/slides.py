"""The slide of a pitch is an SVG, whose text does not wrap by itself. Pure."""

import unicodedata


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` columns; wide characters count two. Latin breaks at spaces, Japanese anywhere."""
    lines, line, used = [], "", 0
    for whole in _pieces(text):
        piece = whole
        size = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in piece)
        if line and used + size > width:
            lines.append(line.rstrip())
            line, used = "", 0
            piece = piece.lstrip()
        line += piece
        used += size
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    word = ""
    for letter in text:
        if unicodedata.east_asian_width(letter) in "WF":
            pieces += [word, letter] if word else [letter]
            word = ""
        elif letter == " ":
            pieces.append(word + " ")
            word = ""
        else:
            word += letter
    return [*pieces, word] if word else pieces
