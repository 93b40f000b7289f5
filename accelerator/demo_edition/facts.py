"""The reported facts of the 500 Kobe Accelerator 2020, and the dates around them. What is null was not reported."""

import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ZONE = "Asia/Tokyo"
SEED = 20200423  # the day of the announcement


@cache
def facts() -> dict[str, Any]:
    """The file of reported facts, as it is."""
    loaded: dict[str, Any] = json.loads((Path(__file__).parent / "kobe.json").read_text(encoding="utf-8"))
    return loaded


def reported_day(name: str) -> date:
    """A reported date: announced, selected, start, coaching_end or demo_day."""
    return date.fromisoformat(facts()["dates"][name])


def tokyo(text: str) -> datetime:
    """An instant from a wall-clock time in Kobe, such as ``2020-07-31 23:59``."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE))


# Not reported, so synthetic: the hours of the call and of the round. "From June" is all that the press says.
CALL_OPENS, CALL_CLOSES = tokyo("2020-06-15 10:00"), tokyo("2020-07-31 23:59")
ROUND_OPENS, ROUND_CLOSES = tokyo("2020-08-03 09:00"), tokyo("2020-08-14 17:00")
RELEASED = tokyo("2020-08-27 10:00")
DEMO_DAY_STARTS, DEMO_DAY_ENDS = tokyo("2020-11-12 10:00"), tokyo("2020-11-12 13:00")
