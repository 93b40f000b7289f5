"""Selection quality, the cohort, mentoring, milestones and numbers: what happened between the call and Demo Day."""

from collections import Counter, defaultdict
from statistics import median
from typing import Any

from accelerator.progress.figures import SMALLEST_GROUP, spreads
from accelerator.reporting.figures.counts import Counts, Member, Rating
from accelerator.reporting.figures.ledger import Ledger

LONGEST = 300  # characters of a text that somebody typed: one card stays one card
Section = dict[str, Any]


def selection(counts: Counts, ledger: Ledger) -> Section:
    """How carefully the applications were judged. Sums only: no score of an application or a reviewer."""
    judged = counts.selection
    return {
        "figures": [
            ledger.counted("REVIEWERS", judged.reviewers),
            ledger.counted("REVIEWS", sum(judged.reads)),
            ledger.mean("READS", sum(judged.reads), len(judged.reads)),
            ledger.counted("RELIABILITY", judged.reliability),
            ledger.counted("RELIABILITY_CAL", judged.reliability_calibrated),
            ledger.counted("SEATS_CHANGED", judged.seats_changed),
            ledger.counted("COI_N", judged.conflicts),
            ledger.counted(
                "READ_LAG",
                float(median(judged.answer_days)) if judged.answer_days else None,
                denominator=len(judged.answer_days),
            ),
        ],
        "reads": [{"reads": reads, "applications": number} for reads, number in sorted(Counter(judged.reads).items())],
    }


def cohort(counts: Counts, ledger: Ledger) -> Section:
    """One card per startup, by name. No number of a single startup's business: partners see those in sums only."""
    minutes, _ = _minutes(counts)
    return {
        "figures": [],
        "synthetic": ledger.frame.is_demo,
        "cards": [
            {
                "name": _capped(member.name),
                "native_name": member.native_name,
                "line": _texts(member.line),
                "sector": dict(counts.sectors.get(member.sector or "", {})),
                "country": member.country,
                "prefecture": member.prefecture,
                "city": _capped(member.city),
                "founded": member.founded,
                "founder": _capped(member.founder),
                "ask": _texts(member.ask),
                "hours": round(minutes[member.key] / 60, 4),
                "met": row["met"],
                "due": row["due"],
            }
            for member, row in zip(_by_name(counts), _milestones_by_startup(counts), strict=True)
        ],
    }


def _by_name(counts: Counts) -> list[Member]:
    return sorted(counts.cohort, key=lambda member: (member.name.casefold(), member.key))


def _capped(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _texts(pair: Any) -> dict[str, str]:
    return {key: _capped(text) for key, text in pair.items() if text}


def _minutes(counts: Counts) -> tuple[Counter[int], dict[tuple[int, int], int]]:
    """Minutes of sessions held by startup, and by (startup, mentor)."""
    by_startup, by_pair = Counter[int](), defaultdict[tuple[int, int], int](int)
    for meeting in counts.mentoring.meetings:
        if meeting.held:
            by_startup[meeting.startup] += meeting.minutes
            by_pair[meeting.startup, meeting.mentor] += meeting.minutes
    return by_startup, by_pair


def mentoring(counts: Counts, ledger: Ledger) -> Section:
    """Hours per startup, who met whom, who did not come, what both sides thought of it."""
    known = counts.mentoring
    held = [meeting for meeting in known.meetings if meeting.held]
    by_startup, by_pair = _minutes(counts)
    sessions = Counter(meeting.startup for meeting in held)
    given = Counter(meeting.mentor for meeting in held)
    mentors = [mentor for mentor in known.mentors if given[mentor.key]]
    members = _by_name(counts)
    total = sum(meeting.minutes for meeting in held)
    return {
        "figures": [
            ledger.counted("MENT_N", len(mentors)),
            ledger.counted("SESS_N", len(held)),
            ledger.counted("MENT_H", total / 60),
            ledger.mean("MENT_H_EACH", sum(by_startup[member.key] for member in members) / 60, len(members)),
            ledger.share("SHOW_RATE", len(held), len(known.meetings)),
            ledger.counted("NOSHOW_F", known.absent_startups),
            ledger.counted("NOSHOW_M", known.absent_mentors),
            _rated(ledger, "USEFUL_F", known.by_startups),
            _rated(ledger, "USEFUL_M", known.by_mentors),
        ],
        "startups": sorted(
            (
                {
                    "name": _capped(member.name),
                    "hours": round(by_startup[member.key] / 60, 4),
                    "sessions": sessions[member.key],
                }
                for member in members
            ),
            key=lambda row: (-row["hours"], row["name"].casefold()),
        ),
        "mentors": [
            {
                "name": mentor.name,
                "native_name": mentor.native_name,
                "headline": _texts(mentor.headline),
                "sessions": given[mentor.key],
            }
            for mentor in mentors
        ],
        "heat": [
            {
                "name": _capped(member.name),
                "hours": [round(by_pair[member.key, mentor.key] / 60, 4) for mentor in mentors],
            }
            for member in members
        ],
    }


def _rated(ledger: Ledger, code: str, rating: Rating) -> dict[str, Any]:
    return ledger.mean(code, rating.total, rating.number)


def progress(counts: Counts, ledger: Ledger) -> Section:
    """Milestones met, and the cohort's numbers indexed to each startup's first value: median and range."""
    rows = _milestones_by_startup(counts)
    known = counts.progress
    return {
        "figures": [
            ledger.share("MS_DONE", sum(row["met"] for row in rows), sum(row["due"] for row in rows)),
            ledger.share("KPI_RESP", known.updates_met, known.updates_due),
        ],
        "startups": rows,
        "metrics": [metric for code in known.names if (metric := _metric(counts, code))["points"]],
        "smallest": SMALLEST_GROUP,
    }


def _milestones_by_startup(counts: Counts) -> list[dict[str, Any]]:
    """Met on time and due (by the day before), achieved at all and in all, by the startup's name."""
    rows = []
    for member in _by_name(counts):
        mine = [mark for mark in counts.progress.milestones if mark.startup == member.key]
        due = [mark for mark in mine if mark.due_on < counts.frame.as_of]
        met = [mark for mark in due if mark.achieved_on is not None and mark.achieved_on <= mark.due_on]
        achieved = [mark for mark in mine if mark.achieved_on is not None]
        rows.append(
            {
                "name": _capped(member.name),
                "met": len(met),
                "due": len(due),
                "achieved": len(achieved),
                "total": len(mine),
            }
        )
    return rows


def _metric(counts: Counts, code: str) -> dict[str, Any]:
    """Days with fewer than five startups are left out, because such a figure would point at somebody."""
    points = spreads(counts.progress.series.get(code, {}), SMALLEST_GROUP)
    return {
        "code": code,
        "label": dict(counts.progress.names[code]),
        "points": [
            {
                "as_of": point.as_of.isoformat(),
                "n": point.n,
                "low": round(point.low, 4),
                "median": round(point.median, 4),
                "high": round(point.high, 4),
            }
            for point in points
        ],
    }
