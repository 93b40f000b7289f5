"""What is counted, as plain values: the input of the figures. No row, no session, no language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

Texts = Mapping[str, str]
"""The same words in both languages: ``{"en": ..., "ja": ...}``."""


@dataclass(frozen=True)
class Frame:
    """The edition: names, days (``dates`` by name; a rolling call has none of its close) and the day as of which everything is counted, in its own zone.

    ``call_over`` and ``running`` say whether the counts of applications and of the cohort are final.
    """

    slug: str
    programme: Texts
    host: Texts
    name: Texts
    theme: Texts
    about: Texts
    place: Texts
    zone: str
    mode: str
    places: int
    since: int
    home_country: str
    home_name: Texts
    dates: Mapping[str, date]
    as_of: date
    is_demo: bool = False
    call_over: bool = True
    running: bool = True
    hosts: Sequence[tuple[Texts, Texts]] = ()  # name and part

    @property
    def year(self) -> int:
        """The year that the edition is known by: that of its call."""
        return self.dates["announced"].year


@dataclass(frozen=True)
class ApplicationGroup:
    """``number`` applications that share everything else here. Only those that count: no drafts, none withdrawn."""

    number: int
    country: str | None = None
    prefecture: str | None = None
    sector: str | None = None
    eligible: bool = False
    offered: bool = False


@dataclass(frozen=True)
class Member:
    """A startup of the cohort; ``key`` links it to sessions and milestones and never leaves the figures."""

    key: int
    name: str
    native_name: str | None = None
    line: Texts = field(default_factory=dict)
    country: str | None = None
    prefecture: str | None = None
    city: str = ""
    sector: str | None = None
    founded: int | None = None
    founder: str = ""
    ask: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class Selection:
    """How the applications were judged: sums alone, no score of anybody and no name."""

    reads: Sequence[int] = ()  # per application that was read at all
    reviewers: int = 0
    conflicts: int = 0
    reliability: float | None = None
    reliability_calibrated: float | None = None
    seats_changed: int | None = None
    answer_days: Sequence[float] = ()


@dataclass(frozen=True)
class EarlierEdition:
    """What an earlier edition of the same programme comes to; ``selected`` is None before it has a cohort."""

    year: int
    name: Texts
    total: int
    home: int
    abroad: int
    selected: int | None = None
    selected_home: int | None = None
    selected_abroad: int | None = None


@dataclass(frozen=True)
class Meeting:
    """A session whose time has come; ``minutes`` count only when it was held."""

    mentor: int
    startup: int
    minutes: int
    held: bool


@dataclass(frozen=True)
class MentorLine:
    """Somebody who mentors."""

    key: int
    name: str
    native_name: str | None = None
    headline: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class Rating:
    """What one side thought of the sessions held, 1 to 5."""

    number: int = 0
    total: int = 0


@dataclass(frozen=True)
class Mentoring:
    """Sessions, mentors, the opinion of both sides, and how often each did not come; None while that is not known."""

    meetings: Sequence[Meeting] = ()
    mentors: Sequence[MentorLine] = ()
    by_startups: Rating = Rating()
    by_mentors: Rating = Rating()
    absent_startups: int | None = 0
    absent_mentors: int | None = 0


@dataclass(frozen=True)
class Promise:
    """One milestone of a startup that was not dropped."""

    startup: int
    due_on: date
    achieved_on: date | None = None


@dataclass(frozen=True)
class Progress:
    """Milestones, and the numbers reported: ``{code: {startup: [(day, value)]}}`` with codes of the dictionary."""

    milestones: Sequence[Promise] = ()
    series: Mapping[str, Mapping[int, Sequence[tuple[date, Decimal]]]] = field(default_factory=dict)
    names: Mapping[str, Texts] = field(default_factory=dict)
    updates_due: int = 0
    updates_met: int = 0


@dataclass(frozen=True)
class Wishes:
    """What investors wished of one pitch."""

    startup: str
    interested: int = 0
    meet: int = 0
    introduced: int = 0


@dataclass(frozen=True)
class DemoDay:
    """The Demo Day. ``guests`` and ``came`` count people by country; ``over`` once it has ended."""

    over: bool = False
    guests: Mapping[str | None, int] = field(default_factory=dict)
    came: Mapping[str | None, int] = field(default_factory=dict)
    investors: int = 0
    wishes: Sequence[Wishes] = ()


@dataclass(frozen=True)
class Reported:
    """A figure that can't be counted here. ``kind`` keeps apart what must not be added up."""

    code: str
    value: int
    unit: str
    label: Texts
    source: Texts
    year: int | None = None
    lower_bound: bool = False
    as_of: date | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Counts:
    """Everything that a snapshot is made of."""

    frame: Frame
    sectors: Mapping[str, Texts] = field(default_factory=dict)
    applications: Sequence[ApplicationGroup] = ()
    cohort: Sequence[Member] = ()
    selection: Selection = Selection()
    mentoring: Mentoring = Mentoring()
    progress: Progress = Progress()
    demo_day: DemoDay | None = None
    reported: Sequence[Reported] = ()
    earlier: Sequence[EarlierEdition] = ()
