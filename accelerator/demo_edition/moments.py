"""The five moments at which the demonstration holds the edition, each an edition of its own with its own clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from accelerator.core import clock, scope
from accelerator.demo_edition.facts import tokyo
from accelerator.programmes.models import Edition


@dataclass(frozen=True)
class Moment:
    """One moment. ``at`` is what its clock shows when the demonstration is loaded; ``stage`` counts from 1 to 5."""

    slug: str
    stage: int
    at: datetime
    name: dict[str, str]
    about: dict[str, str]


MOMENTS = (
    Moment(
        "kobe-2020-call",
        1,
        tokyo("2020-07-24 10:00"),
        {"en": "Call open", "ja": "募集受付中"},
        {
            "en": "A week before the call closes: founders write, staff watch applications come in.",
            "ja": "募集締切の1週間前です。創業者が応募を書き、事務局が受付を見守ります。",
        },
    ),
    Moment(
        "kobe-2020-scoring",
        2,
        tokyo("2020-08-11 14:00"),
        {"en": "Scoring", "ja": "審査中"},
        {
            "en": "Three days before round 1 closes: reviewers score, staff look at the board.",
            "ja": "第1回審査の締切3日前です。審査員が採点し、事務局が選考ボードを見ます。",
        },
    ),
    Moment(
        "kobe-2020-running",
        3,
        tokyo("2020-10-08 09:40"),
        {"en": "Cohort running", "ja": "プログラム実施中"},
        {
            "en": "Week 5 of 8: startups book mentors, report milestones and numbers.",
            "ja": "8週間のうちの第5週です。採択企業がメンターを予約し、マイルストーンと数値を報告します。",
        },
    ),
    Moment(
        "kobe-2020-demo-day",
        4,
        tokyo("2020-11-12 10:42"),
        {"en": "Demo Day", "ja": "Demo Day当日"},
        {
            "en": "The sixth pitch is on stage: staff drive the show, investors mark what interests them.",
            "ja": "6番目の発表中です。事務局が進行し、投資家が関心を示します。",
        },
    ),
    Moment(
        "kobe-2020",
        5,
        tokyo("2020-11-20 10:00"),
        {"en": "After Demo Day", "ja": "Demo Day後"},
        {
            "en": "A week after Demo Day: investors have shown interest, the city wants the report.",
            "ja": "Demo Dayの1週間後です。投資家の関心が集まり、市が報告書を待っています。",
        },
    ),
)


@contextmanager
def at(edition: Edition, instant: datetime) -> Iterator[None]:
    """Choose the edition with its clock at ``instant``: what an operation does inside is dated then."""
    with scope.choose(replace(edition.scope, ahead=instant - clock.system_now())):
        yield
