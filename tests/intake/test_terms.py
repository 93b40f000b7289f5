"""Text as terms: what is stored, what is wanted, and that the two meet."""

import pytest

from accelerator.intake.terms import LONGEST, SoughtTerm, terms_of, terms_sought


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Calls the Nurse.", {"calls", "the", "nurse"}),
        ("A-0142", {"a", "0142"}),
        ("under_score", {"under", "score"}),
        ("Café Ñandú", {"cafe", "nandu"}),
        ("Straße", {"strasse"}),
        ("ＡＩ", {"ai"}),
        ("医療AI", {"医療", "療", "ai"}),
        ("ｷｬﾌｪ", {"キャフェ", "ャフェ", "フェ", "ェ"}),
        ("がん", {"がん", "ん"}),
        (
            "スーパー・コンピュータ",
            {"スーパー", "ーパー", "パー", "ー", "コンピュータ", "ンピュータ", "ピュータ", "ュータ", "ータ", "タ"},
        ),
        ("x" * 30, {"x" * LONGEST}),
        ("%&!?", set()),
        ("", set()),
    ],
)
def test_terms_of(text: str, terms: set[str]) -> None:
    assert terms_of([text]) == terms


def test_terms_of_several_texts_are_one_set() -> None:
    assert terms_of(["Kobe", "kobe Port"]) == {"kobe", "port"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("nurs", [("nurs", True)]),
        ("Calls nurs", [("calls", False), ("nurs", True)]),
        ("医療", [("医療", True)]),
        ("医療 nurse", [("医療", True), ("nurse", True)]),
        ("nurse 医療", [("nurse", False), ("医療", True)]),
        ("kobe kobe", [("kobe", False), ("kobe", True)]),
        ("あ" * 25, [("あ" * 20, True), ("あ" * 5, True)]),
        ("x" * 30, [("x" * 20, True)]),
        ("- %", []),
    ],
)
def test_terms_sought(text: str, wanted: list[tuple[str, bool]]) -> None:
    assert terms_sought(text) == [SoughtTerm(*one) for one in wanted]


@pytest.mark.parametrize(
    ("typed", "held"),
    [
        ("医療", "神戸の医療機器"),
        ("療機", "神戸の医療機器"),
        ("器", "神戸の医療機器"),
        ("神戸の医療機器", "神戸の医療機器"),
        ("𠮷野", "𠮷野家"),
        ("ＮＵＲＳＥ", "the nurse's friend"),
        ("ｶﾞﾝ", "ガン検診"),
        ("resume", "Résumé"),
    ],
)
def test_what_is_typed_is_found(typed: str, held: str) -> None:
    terms = terms_of([held])
    assert [one for one in terms_sought(typed) if not any(term.startswith(one.term) for term in terms)] == []
