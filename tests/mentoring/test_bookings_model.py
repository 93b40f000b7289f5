"""Whatever is booked, moved and cancelled in whatever order: the answers are those of a model, and nothing overlaps."""

from datetime import datetime, timedelta
from itertools import combinations
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from accelerator.core import db, scope
from accelerator.core.errors import Refused
from accelerator.core.web import App
from accelerator.mentoring.models import Claim, Mentor, Session
from accelerator.mentoring.operations.booking import book, cancel, move
from accelerator.startups.models import Startup
from tests.factories import make_cohort_startup, make_edition
from tests.factories.mentoring import make_mentor, next_slot

LENGTHS, BUFFERS = (30, 60), (0, 5)
STEPS = st.lists(
    st.tuples(st.sampled_from(["book", "move", "cancel"]), st.integers(0, 1), st.integers(0, 1), st.integers(0, 4)),
    min_size=4,
    max_size=10,
)


class Kept(NamedTuple):
    """A live session of the model: who, and how long from where, in minutes; the mentor's buffer comes after."""

    mentor: int
    startup: int
    start: int

    @property
    def end(self) -> int:
        return self.start + LENGTHS[self.mentor]


def clash(kept: Kept, other: Kept) -> bool:
    buffer = BUFFERS[kept.mentor] if kept.mentor == other.mentor else 0
    near = kept.start < other.end + buffer and other.start < kept.end + buffer
    same = kept.startup == other.startup and kept.start < other.end and other.start < kept.end
    return (kept.mentor == other.mentor and near) or same


class Undo(Exception):
    """Ends an example without keeping its rows."""


class Bench:
    """The real thing beside the model."""

    def __init__(self, mentors: list[Mentor], startups: list[Startup], morning: datetime) -> None:
        self.mentors, self.startups, self.morning = mentors, startups, morning
        self.live: dict[int, tuple[Session, Kept]] = {}
        self.made = 0

    def at(self, wanted: Kept) -> datetime:
        return self.morning + timedelta(minutes=wanted.start)

    def free(self, wanted: Kept, ignoring: int | None = None) -> bool:
        return not any(clash(wanted, kept) for key, (_, kept) in self.live.items() if key != ignoring)

    def book(self, wanted: Kept) -> None:
        self.made += 1
        mentor, expected = self.mentors[wanted.mentor], self.free(wanted)
        try:
            found = book(
                mentor,
                startup=self.startups[wanted.startup],
                starts_at=self.at(wanted),
                purpose="Model.",
                client_token=f"model-token-{self.made:04}",
                actor=mentor.person,
            )
        except Refused:
            assert not expected
            return
        assert expected
        self.live[found.id] = (found, wanted)

    def move(self, index: int, step: int) -> None:
        key = sorted(self.live)[index % len(self.live)]
        old, kept = self.live[key]
        wanted = kept._replace(start=step * LENGTHS[kept.mentor])
        expected = wanted != kept and self.free(wanted, ignoring=key)
        try:
            found = move(old, starts_at=self.at(wanted), actor=old.mentor.person)
        except Refused:
            assert not expected
            return
        assert expected
        del self.live[key]
        self.live[found.id] = (found, wanted)

    def cancel(self, index: int) -> None:
        key = sorted(self.live)[index % len(self.live)]
        cancel(self.live.pop(key)[0], reason="Model.", actor=self.mentors[0].person)

    def check(self) -> None:
        assert not any(clash(one, other) for (_, one), (_, other) in combinations(self.live.values(), 2))
        assert set(db.session().scalars(select(Claim.session_id))) == set(self.live)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_bookings_follow_the_model(app: App, steps: list[tuple[str, int, int, int]]) -> None:
    try:
        with db.transaction():
            edition = make_edition()
            with scope.choose(edition.scope):
                mentors = [
                    make_mentor(edition, minutes=length, buffer_minutes=buffer, daily_cap=20)
                    for length, buffer in zip(LENGTHS, BUFFERS, strict=True)
                ]
                bench = Bench(mentors, [make_cohort_startup(edition)[0] for _ in range(2)], next_slot(hour=0))
                for act, one, other, step in steps:
                    if act == "book" or not bench.live:
                        bench.book(Kept(one, other, step * LENGTHS[one]))
                    elif act == "move":
                        bench.move(one * 2 + other, step)
                    else:
                        bench.cancel(one * 2 + other)
                    bench.check()
            raise Undo
    except Undo:
        pass
