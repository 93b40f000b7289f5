"""What may enter: one filter for every text that a person, a file or a mail brings."""

import json
import re
import unicodedata
from typing import Any

from email_validator import EmailNotValidError, validate_email

# Controls (but tab and newline), line separators that break mail headers, and code points that are no characters.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
    "|[" + "".join(chr(plane << 16 | low) for plane in range(1, 17) for low in (0xFFFE, 0xFFFF)) + "]"
)
_FORMULA = re.compile("((?:^|[;\t\n])[ \u3000]*)(?=[=+@＝＋－＠-])")
_BEGINS_A_FORMULA = frozenset(" =+@-")
IDEOGRAPHIC_STOP = "\u3002"  # what a Japanese keyboard types for the dot of a host
_FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20}


def clean(text: str) -> str:
    """Return ``text`` in NFC with plain newlines and without characters that break databases, mails or files."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    return unicodedata.normalize("NFC", _FORBIDDEN.sub("", plain))


def clean_line(text: str) -> str:
    """Like :func:`clean`, on one line and without surrounding spaces."""
    return " ".join(clean(text).split())


def json_value(text: str) -> Any:
    """What a text from outside says as JSON. Raises ValueError, also where it is nested too deep to be read."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def header_text(text: str) -> str:
    """Text for a mail header: one line, and no encoded word that a mail library could decode into a second header."""
    return clean_line(text).replace("=?", "= ?")


SHORTEST_REASON = 10
"""Characters of a reason; one of Chinese, Japanese or Korean says as much as two others."""


def is_reason(text: str) -> bool:
    """Whether a text can be somebody's reason: some words, and not one key held down.

    Letters, digits and the spaces between them count, signs don't.

    >>> [is_reason(text) for text in ("ok", "xxxxxxxxxxxx", "?!?!?!?!?!?!", "A call from the city.")]
    [False, False, False, True]
    >>> is_reason("確認"), is_reason("はいはいはい"), is_reason("応募者からの依頼")
    (False, False, True)
    """
    line = clean_line(unicodedata.normalize("NFKC", text)).lower()
    counted = [letter for letter in line if letter.isalnum() or letter == " "]
    length = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in counted)
    return length >= SHORTEST_REASON and len({*counted} - {" "}) >= 4


def half_width(text: str) -> str:
    """Fold full-width letters, digits and signs, as typed with a Japanese keyboard, to ASCII."""
    return text.translate(_FULL_WIDTH)


def mail_address(text: str) -> str:
    """A mail address as it is kept and compared: half width, in lower case, on one line, its host in one spelling.

    >>> mail_address(" Ｋａｄｒｉ＠Example．org "), mail_address("kadri@example。org"), mail_address("a@xn--r8jz45g.jp")
    ('kadri@example.org', 'kadri@example.org', 'a@例え.jp')
    """
    folded = unicodedata.normalize("NFKC", clean(text)).lower()
    name, at, host = clean_line(unicodedata.normalize("NFKC", folded)).rpartition("@")
    return f"{name}{at}{_host(host.replace(IDEOGRAPHIC_STOP, '.'))}"


def _host(typed: str) -> str:
    if typed.isascii() and "xn--" not in typed:
        return typed
    try:
        return validate_email(f"a@{typed}", check_deliverability=False).domain
    except EmailNotValidError:
        return typed  # for the check of the field to refuse


_HOST = re.compile(r"[^\s/:@?#.]+(\.[^\s/:@?#.]+)+(:\d+)?([/?#]\S*)?")


def web_address(text: str) -> str:
    """An address as people say it, with its https:// in front; whatever else was typed comes back as it is.

    >>> web_address("ｅｘａｍｐｌｅ.org/a"), web_address("http://example.org"), web_address("kadri@example.org")
    ('https://example.org/a', 'http://example.org', 'kadri@example.org')
    """
    plain = half_width(clean_line(text)).strip()
    return f"https://{plain}" if _HOST.fullmatch(plain) else plain


def spreadsheet_text(value: object) -> str:
    """A cell that no spreadsheet takes for a formula, also with full-width signs.

    Some split a file at semicolons, tabs or line ends whatever it says, so a sign after one of them is guarded as well.
    """
    if value is None:
        return ""
    given = str(value)
    if given.isascii() and given.isprintable() and given[:1] not in _BEGINS_A_FORMULA and ";" not in given:
        return given  # nearly all cells: nothing in them needs a closer look
    text = _FORMULA.sub(r"\1'", clean(given))
    return "'" + text if text[:1] in ("\t", "\n") else text
