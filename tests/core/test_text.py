"""The one filter for incoming text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelerator.core.text import clean, clean_line, half_width, header_text, spreadsheet_text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b\x1fc\x7fd", "abcd"),
        ("tab\tand\nnewline", "tab\tand\nnewline"),
        ("one\r\ntwo\rthree\x85four", "one\ntwo\nthree\nfour"),
        ("line\u2028and\u2029page", "lineandpage"),
        ("\uffff\ufffe\U0001ffff\ufdd0", ""),
        ("half \ud800 pair", "half  pair"),
        ("が", "が"),  # combining marks become one letter
        ("森田 葵 🚀", "森田 葵 🚀"),
    ],
)
def test_clean(typed, kept):
    assert clean(typed) == kept


@given(st.text())
def test_clean_text_survives_every_door(typed):
    kept = clean(typed)
    assert clean(kept) == kept
    kept.encode("utf-8")
    assert not {"\x00", "\r", "\u2028", "\u2029"} & set(kept)


def test_a_line_has_no_breaks_and_no_spaces_around():
    assert clean_line("  Kobe \n\t Startup\u3000Office ") == "Kobe Startup Office"


@pytest.mark.parametrize(
    "attack",
    ["=?utf-8?q?=0D=0ABcc=3A_x=40evil.example?=", "Hello\r\nBcc: x@evil.example", "Hello\u2028Bcc: x@evil.example"],
)
def test_a_header_stays_one_header(attack):
    made = header_text(attack)
    assert ("=?" in made, "\n" in made, "\r" in made, "\u2028" in made) == (False, False, False, False)


def test_full_width_is_folded():
    assert half_width("４，２００　ＵＳＤ＠") == "4,200 USD@"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+49", "'+49"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("＝1", "'＝1"),
        ("＠x", "'＠x"),
        ("\n=1+1", "'\n'=1+1"),
        ("\r\nx", "'\nx"),
        ("  =1+1", "  '=1+1"),
        ("a;=1+1", "a;'=1+1"),
        ("a; ＝1", "a; '＝1"),
        ("a\n@x\n\t-1", "a\n'@x\n\t'-1"),
        ("a;b, c - d = e@f.g", "a;b, c - d = e@f.g"),
        ("plain = text", "plain = text"),
        ("", ""),
        (None, ""),
        (42, "42"),
    ],
)
def test_no_cell_is_a_formula(value, cell):
    assert spreadsheet_text(value) == cell
