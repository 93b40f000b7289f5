"""The weeks of reporting: each ends on a Friday in the edition's zone. Pure."""

from datetime import date, timedelta

WEEK = timedelta(days=7)
_FRIDAY = 5


def week_end(day: date) -> date:
    """The Friday of the week (Monday to Sunday) that ``day`` is in.

    >>> week_end(date(2020, 10, 8)), week_end(date(2020, 10, 11))
    (datetime.date(2020, 10, 9), datetime.date(2020, 10, 9))
    """
    return day + timedelta(days=_FRIDAY - day.isoweekday())


def week_number(friday: date, starts_on: date) -> int:
    """Which week of the programme ends on ``friday``: 1 for the first, 0 for the one before it.

    >>> week_number(date(2020, 10, 9), date(2020, 9, 7))
    5
    """
    return (friday - week_end(starts_on)).days // 7 + 1


def fridays(first: date, last: date) -> list[date]:
    """The Fridays from the week of ``first`` to the week of ``last``, both counted; none when ``last`` is earlier."""
    start, count = week_end(first), (week_end(last) - week_end(first)).days // 7 + 1
    return [start + WEEK * index for index in range(count)]


def open_weeks(starts_on: date, today: date, most: int = 20) -> list[date]:
    """The Fridays that numbers can be given for: from the week before the start to the present week, newest first.

    The week before the start is the baseline at entry. At most ``most`` of them.
    """
    return fridays(starts_on - WEEK, today)[::-1][:most]


def due_weeks(starts_on: date, ends_on: date, today: date) -> list[date]:
    """The Fridays of the programme that have passed at ``today``: numbers for them were due."""
    return [friday for friday in fridays(starts_on, ends_on) if friday < today]
