"""A rule in words, made from its data in both languages."""

from collections.abc import Mapping, Sequence
from typing import Any

from accelerator.screening.conditions.facts import Asked, Texts, both, country_texts, day_of, fill, joined, number_text

Questions = Mapping[str, Asked]
SENTENCES: Mapping[str, tuple[str, str]] = {
    "complete": ("all required answers are there", "必須項目がすべて入力されている"),
    "declarations": ("all declarations are made", "すべての誓約に同意がある"),
    "track": ("a track of the call is chosen", "募集のテーマ区分が選ばれている"),
    "is": ("{name} is {any}", "{name}が{any}である"),
    "one_of": ("{name} is {any}", "{name}が{any}である"),
    "contains": ("{name} contains {any}", "{name}に{any}が含まれる"),
    "contains_none": ("{name} contains none of {every}", "{name}に{every}のいずれも含まれない"),
    "filled": ("{name} is answered", "{name}に回答がある"),
    "empty": ("{name} isn't answered", "{name}に回答がない"),
    "present": ("{name} is attached", "{name}が添付されている"),
    "any_of": ("{name} is {any}", "{name}が{any}である"),
    "none_of": ("{name} is none of {every}", "{name}が{every}のいずれでもない"),
    "none_of one": ("{name} isn't {any}", "{name}が{any}ではない"),
    "all_of": ("{name} has all of {every}", "{name}に{every}がすべて含まれる"),
    "several any_of": ("{name} includes {any}", "{name}に{any}が含まれる"),
    "several none_of": ("{name} includes none of {every}", "{name}に{every}のいずれも含まれない"),
    "several none_of one": ("{name} doesn't include {any}", "{name}に{any}が含まれない"),
    "place any_of": ("the head office is in {any}", "本社が{any}にある"),
    "place none_of": ("the head office is in none of {every}", "本社が{every}のいずれにもない"),
    "place none_of one": ("the head office isn't in {any}", "本社が{any}にない"),
    "at_least": ("{name} is at least {least}", "{name}が{least}以上である"),
    "at_most": ("{name} is at most {most}", "{name}が{most}以下である"),
    "between": ("{name} is from {least} to {most}", "{name}が{least}以上{most}以下である"),
    "hours at_least": ("{name} comes to at least {least} hours a week", "{name}が週{least}時間以上ある"),
    "before": ("{name} is before {last}", "{name}が{last}より前である"),
    "after": ("{name} is after {first}", "{name}が{first}より後である"),
    "days": ("{name} is from {first} to {last}", "{name}が{first}から{last}までである"),
    "at_least_before": ("{name} is at least {span} before {anchor}", "{name}が{anchor}の{span}以上前である"),
    "at_most_before": ("{name} is at most {span} before {anchor}", "{name}が{anchor}の前{span}以内である"),
    "count_at_least": ("there are at least {least} founders", "創業者が{least}人以上いる"),
    "count_at_most": ("there are at most {most} founders", "創業者が{most}人以下である"),
    "full_time": ("at least one founder works on it full-time", "専業の創業者がいる"),
    "equity_at_least": ("the founders hold at least {least}% of the equity", "創業者の持分が合計{least}%以上である"),
}
ANCHORS: Mapping[str, tuple[str, str]] = {
    "closes": ("the call closes", "募集の締切"),
    "sent": ("the application was sent", "応募の送信"),
    "opens": ("the call opens", "募集の開始"),
}
UNITS: Mapping[str, tuple[str, str, str]] = {
    "years": ("year", "years", "{n}年"),
    "months": ("month", "months", "{n}か月"),
    "days": ("day", "days", "{n}日"),
}
MISSING: Mapping[str, tuple[str, str]] = {
    "met": ("{clause} (or isn't answered)", "{clause}（未回答でもよい）"),
    "unmet": ("{clause} (no answer counts as a no)", "{clause}（未回答は満たさないとみなす）"),
}
SEVERAL = ("choices", "countries", "declaration", "consent")


def words(node: Mapping[str, Any], questions: Questions) -> dict[str, str]:
    """The whole rule as a sentence: ``The head office is in Japan or Singapore.``"""
    texts = _joined(node, questions) if node.get("parts") else {}
    if not texts:
        return {}
    return {"en": f"{texts['en'][:1].upper()}{texts['en'][1:]}.", "ja": f"{texts['ja']}。"}


def _joined(node: Mapping[str, Any], questions: Questions, *, nested: bool = False) -> dict[str, str]:
    if "join" not in node:
        return clause(node, questions)
    parts = [_joined(part, questions, nested=True) for part in node["parts"]]
    parts = [part for part in parts if part]
    if not parts:
        return {}
    en, ja = (" and ", "、かつ") if node["join"] == "all" else (" or ", "、または")
    texts = {"en": en.join(part["en"] for part in parts), "ja": ja.join(part["ja"] for part in parts)}
    is_bracketed = nested and len(parts) > 1
    return {"en": f"({texts['en']})", "ja": f"（{texts['ja']}）"} if is_bracketed else texts


def clause(node: Mapping[str, Any], questions: Questions) -> dict[str, str]:
    """One condition without a full stop; a question that is gone is named by its key."""
    asked = questions.get(node["question"]) or Asked(node["question"], "", both(node["question"]))
    texts = fill(*SENTENCES[_sentence(node, asked)], **_values(node, asked))
    extra = MISSING.get(node.get("missing", ""))
    return fill(*extra, clause=texts) if extra else texts


def _sentence(node: Mapping[str, Any], asked: Asked) -> str:
    operator, value = node["operator"], node.get("value")
    if operator == "between" and asked.kind == "date":
        return "days"
    if operator == "at_least" and asked.kind == "hours":
        return "hours at_least"
    if operator in ("any_of", "none_of"):
        manner = "place " if asked.kind == "country" else "several " if asked.kind in SEVERAL else ""
        is_single = operator == "none_of" and isinstance(value, list) and len(value) == 1
        return f"{manner}{operator}{' one' if is_single else ''}"
    return str(operator)


def _values(node: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    value = node.get("value")
    values: dict[str, Any] = {"name": fill("“{label}”", "「{label}」", label=asked.label)}
    if isinstance(value, list):
        names = [_option(asked, part) for part in value]
        values |= {"any": joined(names, ja="または", last=" or "), "every": joined(names, last=" and ")}
    elif isinstance(value, Mapping) and "anchor" in value:
        values |= {"span": _span(value), "anchor": dict(zip(("en", "ja"), ANCHORS[value["anchor"]], strict=True))}
    elif isinstance(value, Mapping):
        values |= {name: _bound(bound, value, asked) for name, bound in value.items()}
    elif value is not None:
        values |= dict.fromkeys(("least", "most"), number_text(value, is_year=asked.is_year))
    return values


def _option(asked: Asked, value: Any) -> Texts:
    if asked.kind in ("country", "countries"):
        return country_texts(str(value)) or both(value)
    if asked.choices:
        return asked.choices.get(str(value)) or both(value)
    return fill("“{word}”", "「{word}」", word=str(value))


def _span(value: Mapping[str, Any]) -> Texts:
    single, several, ja = UNITS[value["unit"]]
    number = int(value["number"])
    return {"en": f"{number} {single if number == 1 else several}", "ja": ja.format(n=number)}


def _bound(bound: Any, value: Mapping[str, Any], asked: Asked) -> Texts:
    day = day_of(bound)
    if day is not None:
        return {"en": f"{day.day} {day:%B %Y}", "ja": f"{day.year}年{day.month}月{day.day}日"}
    amount = number_text(bound, is_year=asked.is_year)
    return both(f"{amount} {value['currency']}" if value.get("currency") else amount)


def severity_words(severity: str) -> Sequence[str]:
    """What follows where a rule isn't met, in both languages."""
    return {
        "fail": ("Otherwise it fails.", "満たさない場合は不適格です。"),
        "ask": ("Otherwise somebody has to look.", "満たさない場合は担当者が確認します。"),
        "note": ("Otherwise it is noted.", "満たさない場合は注記します。"),
    }[severity]
