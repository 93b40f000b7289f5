"""The default rubric as data, and what its marks add up to. Pure.

A criterion is ``(key, weight, label, anchors)``; weights sum to 100, marks are whole points from 1 to 5, anchors say
what 1, 3 and 5 look like.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from accelerator.core.versions import version_of

MARKS = (1, 2, 3, 4, 5)
ANCHORED = (1, 3, 5)
LEAST_NOTE = 50  # characters of the note to the committee
MOST_CRITERIA = 12

Texts = dict[str, str]


@dataclass(frozen=True)
class Line:
    """One criterion of a rubric that is not stored yet."""

    key: str
    weight: int
    label: Texts
    anchors: dict[str, Texts]


class Weighted(Protocol):
    """Anything with the key and the weight of a criterion."""

    @property
    def key(self) -> str:
        """What marks are filed under."""

    @property
    def weight(self) -> int:
        """Its share, in percent."""


def _line(key: str, weight: int, en: str, ja: str, *anchors: tuple[str, str]) -> Line:
    texts = {
        str(mark): {"en": english, "ja": japanese} for mark, (english, japanese) in zip(ANCHORED, anchors, strict=True)
    }
    return Line(key, weight, {"en": en, "ja": ja}, texts)


DEFAULT_RUBRIC: tuple[Line, ...] = (
    _line(
        "team",
        25,
        "Team",
        "チーム",
        ("Lacks the skills, part-time, no link to the problem", "技術が足りない、兼業、課題との関わりがない"),
        (
            "Covers the main skills, some record in the domain, at least one full-time",
            "主な技術がそろい、分野での実績が少しあり、1人以上が専業",
        ),
        (
            "Full-time, complementary, has shipped or sold in this domain",
            "全員が専業で補い合い、この分野で製品を出したか売った経験がある",
        ),
    ),
    _line(
        "problem",
        20,
        "Problem and market",
        "課題と市場",
        ("Vague pain, no buyer", "困りごとがあいまいで、買い手がいない"),
        ("Clear pain, plausible segment and price", "困りごとが明らかで、顧客層と価格に無理がない"),
        (
            "Proven pain, size counted bottom-up, route to buyers shown",
            "困りごとが実証され、市場規模が積み上げで示され、買い手への道筋がある",
        ),
    ),
    _line(
        "product",
        15,
        "Product and novelty",
        "製品と新しさ",
        ("An idea, copies others", "アイデアのみ、他社のまね"),
        ("Working prototype, clear difference", "動く試作品があり、違いが明らか"),
        ("Live product, hard to copy, evidence that it works", "製品が使われており、まねしにくく、効果の証拠がある"),
    ),
    _line(
        "traction",
        15,
        "Traction",
        "実績",
        ("None", "なし"),
        ("Pilots or first users measured", "実証または最初の利用者があり、数値がある"),
        (
            "Paying customers with at least 2 months of data, growing",
            "有料の顧客があり、2か月以上のデータがあり、伸びている",
        ),
    ),
    _line(
        "theme",
        15,
        "Theme fit",
        "テーマとの適合",
        ("Outside the theme", "テーマの外"),
        ("Related", "関係がある"),
        ("Would not exist without the theme; usable within the year", "テーマがなければ生まれず、年内に使える"),
    ),
    _line(
        "city",
        10,
        "Value to and from the city",
        "市との相互の価値",
        ("None", "なし"),
        ("Possible partner named", "組める相手の名前が挙がっている"),
        (
            "Feasible pilot with a host, intention to locate or hire",
            "受け入れ先のある実現可能な実証、立地または採用の意向",
        ),
    ),
)


class Criterionlike(Protocol):
    """Anything with all that a criterion says."""

    @property
    def key(self) -> str:
        """What marks are filed under."""

    @property
    def weight(self) -> int:
        """Its share, in percent."""

    @property
    def label(self) -> Texts:
        """Its name in both languages."""

    @property
    def anchors(self) -> dict[str, Any]:
        """What 1, 3 and 5 look like, in both languages."""


def rubric_version(criteria: Iterable[Criterionlike]) -> str:
    """Differs whenever two rubrics do."""
    return version_of([[line.key, line.weight, line.label, line.anchors] for line in criteria])


def weighted_total(criteria: Sequence[Weighted], marks: Mapping[str, int]) -> float | None:
    """Weighted mean of the marks, 1 to 5; None while a criterion with a weight has no mark.

    >>> weighted_total(DEFAULT_RUBRIC, {line.key: 3 for line in DEFAULT_RUBRIC})
    3.0
    """
    counted = [line for line in criteria if line.weight > 0]
    if not counted or any(line.key not in marks for line in counted):
        return None
    return sum(line.weight * marks[line.key] for line in counted) / sum(line.weight for line in counted)


def total_so_far(criteria: Sequence[Weighted], marks: Mapping[str, int]) -> float | None:
    """Weighted mean of the marks given until now; None without any."""
    return weighted_total([line for line in criteria if line.key in marks], marks)
