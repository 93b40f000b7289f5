"""Conditions on the whole form: complete, declarations, track."""

from collections.abc import Callable, Mapping
from typing import Literal

from accelerator.screening.conditions.facts import Asked, Facts, Texts, fill, is_empty, is_true, joined

Truth = Literal["met", "unmet", "unknown", "unasked"]
Judged = tuple[Truth, dict[str, str]]


def complete(facts: Facts) -> Judged:
    """Every required question that was shown has an answer or a file."""
    required = [asked for asked in facts.questions if asked.required and asked.shown]
    missing = [asked.label for asked in missing_questions(facts)]
    if missing:
        sentences = (
            "{n} of {all} required answers are missing: {names}.",
            "必須項目{all}件のうち{n}件が未入力です：{names}。",
        )
        return "unmet", fill(*sentences, n=len(missing), all=len(required), names=joined(missing))
    return "met", fill(
        "All {all} required answers are there.", "必須項目{all}件がすべて入力されています。", all=len(required)
    )


def missing_questions(facts: Facts) -> list[Asked]:
    """The required questions that were shown and are left open."""
    return [
        asked
        for asked in facts.questions
        if asked.required and asked.shown and asked.key not in facts.files and is_empty(facts.answers.get(asked.key))
    ]


def declarations(facts: Facts) -> Judged:
    """Every declaration that was asked for was made."""
    boxes = [
        box for asked in facts.questions if asked.kind == "declaration" and asked.shown for box in _boxes(asked, facts)
    ]
    refused = [label for label, ticked in boxes if not ticked]
    if refused:
        sentences = (
            "{n} of {all} declarations were not made: {names}.",
            "誓約{all}件のうち{n}件に同意がありません：{names}。",
        )
        return "unmet", fill(*sentences, n=len(refused), all=len(boxes), names=joined(refused))
    if not boxes:
        return "unasked", fill("The form asks for no declaration.", "この応募フォームに誓約の項目はありません。")
    return "met", fill("All {all} declarations were made.", "誓約{all}件すべてに同意があります。", all=len(boxes))


def _boxes(asked: Asked, facts: Facts) -> list[tuple[Texts, bool]]:
    """The label of each box of a declaration, and whether it was ticked."""
    given = facts.answers.get(asked.key)
    if not asked.choices:
        return [(asked.label, is_true(given))]
    ticked = given if isinstance(given, (list, dict)) else [given]
    return [(label, value in ticked or is_true(given)) for value, label in asked.choices.items()]


def track(facts: Facts) -> Judged:
    """A theme track of this call was chosen."""
    if not facts.tracks:
        return "unasked", fill("The call has no tracks.", "この募集にテーマ区分はありません。")
    if facts.track is None:
        return "unknown", fill(
            "No theme track was chosen; the call has {names}.",
            "テーマ区分が選ばれていません。募集の区分は{names}です。",
            names=joined(list(facts.tracks.values())),
        )
    name = facts.tracks.get(facts.track)
    if name is None:
        sentences = (
            "“{chosen}” is not a track of this call.",
            "「{chosen}」はこの募集のテーマ区分ではありません。",
        )
        return "unmet", fill(*sentences, chosen=facts.track)
    return "met", fill("The track is “{name}”.", "テーマ区分は「{name}」です。", name=name)


CHECKS: Mapping[str, Callable[[Facts], Judged]] = {
    "*complete": complete,
    "*declarations": declarations,
    "*track": track,
}
