"""The stages in order: their blueprints, and the navigation that each kind of person gets from them."""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from flask import g, request
from flask import session as cookie

from accelerator.accounts import acts as accounts_acts
from accelerator.accounts import letters
from accelerator.accounts import views as accounts_views
from accelerator.accounts.models import Person, Role
from accelerator.accounts.queries import roles
from accelerator.core import clock, db, doors, i18n, notices, parts, scope, times, web
from accelerator.core.cities import picker_list
from accelerator.core.countries import city_name, place_name
from accelerator.core.i18n import lazy
from accelerator.core.web import App
from accelerator.dashboard import views as dashboard_views
from accelerator.demo_day import acts as demo_day_acts
from accelerator.demo_day import views as demo_day_views
from accelerator.events import acts as events_acts
from accelerator.events import views as events_views
from accelerator.events.queries import demo_days
from accelerator.intake import acts as intake_acts
from accelerator.intake import parts as intake_parts
from accelerator.intake import views as intake_views
from accelerator.intake.models import Application
from accelerator.intake.operations import indexing, matching
from accelerator.intake.queries.visibility import barred, barred_startups, sums_withheld
from accelerator.intake.rules import can_read_as_partner
from accelerator.mentoring import acts as mentoring_acts
from accelerator.mentoring import views as mentoring_views
from accelerator.notifications import acts as notifications_acts
from accelerator.notifications import parts as notifications_parts
from accelerator.notifications import views as notifications_views
from accelerator.notifications.operations import notify, notify_address
from accelerator.notifications.queries import hide_about, hide_sums, last_account_mail
from accelerator.programmes import acts as programmes_acts
from accelerator.programmes import queries as programmes_queries
from accelerator.programmes import views as programmes_views
from accelerator.programmes.addresses import breakable
from accelerator.programmes.models import Edition
from accelerator.programmes.steps import tell_step
from accelerator.progress import acts as progress_acts
from accelerator.progress import views as progress_views
from accelerator.reporting import acts as reporting_acts
from accelerator.reporting import views as reporting_views
from accelerator.scoring import acts as scoring_acts
from accelerator.scoring import parts as scoring_parts
from accelerator.scoring import views as scoring_views
from accelerator.scoring.models import Round
from accelerator.scoring.queries.rounds import rounds_withheld
from accelerator.screening import acts as screening_acts
from accelerator.screening import parts as screening_parts
from accelerator.screening import views as screening_views
from accelerator.selection import acts as selection_acts
from accelerator.selection import parts as selection_parts
from accelerator.selection import views as selection_views
from accelerator.selection.queries.cohort import startup_of
from accelerator.selection.queries.releases import decisions_sent
from accelerator.selection.views.letters import letter_notice
from accelerator.startups import acts as startups_acts
from accelerator.startups import views as startups_views
from accelerator.startups.models import Startup
from accelerator.startups.operations import keys
from accelerator.trail import acts as trail_acts
from accelerator.trail import parts as trail_parts
from accelerator.trail import views as trail_views

STAGES = (
    accounts_views,
    notifications_views,
    programmes_views,
    startups_views,
    intake_views,
    screening_views,
    scoring_views,
    selection_views,
    mentoring_views,
    progress_views,
    events_views,
    demo_day_views,
    reporting_views,
    trail_views,
    dashboard_views,
)
ACTS = (
    accounts_acts,
    notifications_acts,
    programmes_acts,
    startups_acts,
    intake_acts,
    screening_acts,
    scoring_acts,
    selection_acts,
    mentoring_acts,
    progress_acts,
    events_acts,
    demo_day_acts,
    reporting_acts,
    trail_acts,
)
"""What the stages declare for the trail, each in its own file: taking them in is all that it needs."""

APPLICATION_PARTS = (screening_parts, scoring_parts, selection_parts, intake_parts, notifications_parts, trail_parts)
"""What the stages show on the team's page of an application, each in its own file, in this order."""

HEARS = (indexing, matching, keys)
"""What hears of each row that is written, whoever writes it: taking it in is all that it needs."""

DOORS = {
    "front": "programmes.front",
    "start": "dashboard.start",
    "home": "dashboard.home",
    "call": "intake.call",
    "form": "intake.form",
    "extend": "intake.extend",
    "founded": "startups.mine",
    "consents": "intake.consents",
    "edit_privacy": "intake.edit_privacy",
    "cities": "accounts.city_names",
    "city_list": "accounts.city_list",
}
"""Pages that earlier stages lead to: they name the door, not the page."""

letters.written_by(notify, notify_address, last_account_mail)
hide_about(Application.__tablename__, barred)
hide_about(Startup.__tablename__, barred_startups)
hide_about(Round.__tablename__, rounds_withheld)
hide_sums(sums_withheld)
tell_step("decisions", decisions_sent)
tell_step("demo_day", demo_days)


@dataclass(frozen=True, eq=False)
class Entry:
    """One line of the side bar. ``tab`` ones are on the phone's tab bar too, at most four beside "More"."""

    label: Any
    endpoint: str
    icon: str
    group: Any = None
    tab: bool = False


SELECT, RUN, SHOW, SET_UP = lazy("Select"), lazy("Run"), lazy("Show"), lazy("Set up")
HOME = Entry(lazy("Home"), "dashboard.home", "home", tab=True)
WORKSPACES: dict[Role, tuple[Entry, ...]] = {
    Role.STAFF: (
        HOME,
        Entry(lazy("Applications"), "intake.applications", "table", SELECT, tab=True),
        Entry(lazy("Possible duplicates"), "intake.duplicates", "people", SELECT),
        Entry(lazy("Screening"), "screening.queue", "inbox", SELECT),
        Entry(lazy("Rounds"), "scoring.rounds", "star", SELECT),
        Entry(lazy("Selection"), "selection.board", "flag", SELECT, tab=True),
        Entry(lazy("Startups"), "selection.cohort", "people", RUN),
        Entry(lazy("Mentors"), "mentoring.mentors", "heart", RUN),
        Entry(lazy("Sessions"), "mentoring.sessions", "calendar", RUN, tab=True),
        Entry(lazy("Milestones"), "progress.milestones", "check", RUN),
        Entry(lazy("Numbers"), "progress.numbers", "chart", RUN),
        Entry(lazy("Events"), "events.events", "video", SHOW),
        Entry(lazy("Demo Day"), "demo_day.control", "star", SHOW),
        Entry(lazy("Reports"), "reporting.reports", "chart", SHOW),
        Entry(lazy("Form"), "intake.form", "list", SET_UP),
        Entry(lazy("Mail"), "notifications.mail", "chat", SET_UP),
        Entry(lazy("Jobs"), "notifications.jobs", "clock", SET_UP),
        Entry(lazy("People"), "programmes.people", "people", SET_UP),
        Entry(lazy("Settings"), "programmes.settings", "sliders", SET_UP),
        Entry(lazy("Audit trail"), "trail.trail", "list", SET_UP),
    ),
    Role.REVIEWER: (
        HOME,
        Entry(lazy("Queue"), "scoring.queue", "star", tab=True),
        Entry(lazy("My scores"), "scoring.my_scores", "chart", tab=True),
        Entry(lazy("Guide"), "scoring.guide", "info", tab=True),
        Entry(lazy("Conflicts of interest"), "scoring.conflicts", "heart"),
    ),
    Role.MENTOR: (
        HOME,
        Entry(lazy("Sessions"), "mentoring.sessions", "calendar", tab=True),
        Entry(lazy("My hours"), "mentoring.hours", "clock", tab=True),
        Entry(lazy("Startups"), "selection.cohort", "people", tab=True),
    ),
    Role.FOUNDER: (
        HOME,
        Entry(lazy("Mentors"), "mentoring.mentors", "heart", tab=True),
        Entry(lazy("Sessions"), "mentoring.sessions", "calendar", tab=True),
        Entry(lazy("Milestones"), "progress.milestones", "flag", tab=True),
        Entry(lazy("Numbers"), "progress.numbers", "chart"),
        Entry(lazy("Demo Day"), "demo_day.my_pitch", "video"),
    ),
    Role.INVESTOR: (
        HOME,
        Entry(lazy("Demo Day"), "demo_day.stage", "video", tab=True),
        Entry(lazy("My list"), "demo_day.my_list", "star", tab=True),
    ),
    Role.PARTNER: (
        HOME,
        Entry(lazy("Reports"), "reporting.reports", "chart", tab=True),
        Entry(lazy("Startups"), "selection.cohort", "people", tab=True),
        Entry(lazy("Milestones"), "progress.milestones", "check", tab=True),
        Entry(lazy("Demo Day"), "demo_day.stage", "video"),
    ),
}
READING = (
    Entry(lazy("Applications"), "intake.partner_applications", "table"),
    Entry(lazy("Selection"), "selection.partner_board", "flag"),
    Entry(lazy("Conflicts of interest"), "scoring.conflicts", "heart"),
)
"""What partners get besides, whose organisation reads the applications."""
WORKSPACES[Role.ADMIN] = WORKSPACES[Role.STAFF]
ORDER = (Role.ADMIN, Role.STAFF, Role.REVIEWER, Role.MENTOR, Role.FOUNDER, Role.PARTNER, Role.INVESTOR)


def held(person: Person | None, edition: Edition | None) -> list[Role]:
    """The roles of a person in an edition that have a workspace, the widest first."""
    if person is None or edition is None:
        return []
    mine = roles(person).get(edition.id, frozenset())
    ordered = [role for role in ORDER if role in mine and role in WORKSPACES]
    return [role for role in ordered if role is not Role.STAFF or Role.ADMIN not in ordered]


def workspace(person: Person | None, edition: Edition | None) -> Role | None:
    """The role that the person works in now: the one chosen last if it is still held."""
    mine = held(person, edition)
    chosen = cookie.get("workspace")
    return next((role for role in mine if role.value == chosen), mine[0] if mine else None)


def _entries(role: Role | None, person: Person | None, edition: Edition | None) -> tuple[Entry, ...]:
    if role is None or edition is None:
        return ()
    if role is Role.FOUNDER and not _takes_part(person, edition):
        return (HOME,)  # an applicant has no startup in the cohort yet, so the other pages would not open
    if role is Role.PARTNER and _reads(person, edition):
        return (*WORKSPACES[role], *READING)
    return WORKSPACES[role]


@lru_cache
def _named(entries: tuple[Entry, ...], _language: str) -> tuple[Entry, ...]:
    """The same with their words in the viewer's language."""
    return tuple(replace(entry, label=str(entry.label), group=entry.group and str(entry.group)) for entry in entries)


def _reads(person: Person | None, edition: Edition) -> bool:
    if "reads" not in g:
        with ExitStack() as stack:
            if not db.is_open():
                stack.enter_context(db.reading())
            stack.enter_context(scope.choose(edition.scope))
            g.reads = can_read_as_partner(person, edition)
    return bool(g.reads)


def _takes_part(person: Person | None, edition: Edition) -> bool:
    if "takes_part" not in g:
        with ExitStack() as stack:
            if not db.is_open():  # error pages are drawn when the request's own session has closed
                stack.enter_context(db.reading())
            stack.enter_context(scope.choose(edition.scope))
            g.takes_part = startup_of(person, edition) is not None
    return bool(g.takes_part)


def _city_list() -> str:
    language = i18n.language()
    return doors.door("city_list", language=language, version=picker_list(language)[0])


def _context() -> dict[str, Any]:
    person, edition = web.actor(), web.chosen()
    role = workspace(person, edition)
    return {
        "person": person,
        "edition": edition,
        "role": role,
        "held_roles": held(person, edition),
        "navigation": _named(_entries(role, person, edition), i18n.language()),
        "language": i18n.language(),
        "other_language": "en" if i18n.language() == "ja" else "ja",
        "languages": i18n.LANGUAGES,
        "zone": i18n.zone(),
        "here": request.full_path.rstrip("?"),
    }


def register(app: App) -> None:
    """Register every stage and what its templates may call."""
    app.scoping = web.Scoping(
        "edition_slug", "edition", programmes_queries.edition_by_slug, lambda edition: edition.scope
    )
    doors.name(app, **DOORS)
    for stage in STAGES:
        app.register_blueprint(web.feature_of(stage))
    notices.tell_on(app, "application", [letter_notice])
    parts.show_on(app, "application", [stage.PART for stage in APPLICATION_PARTS])
    parts.show_on(app, "questions", [screening_parts.ELIGIBILITY])
    app.context_processor(_context)
    app.jinja_env.globals.update(
        time=times.time_tag,
        day=times.day_tag,
        weekday=times.weekday,
        moment=times.moment,
        period=times.period,
        span=times.span,
        hour=times.hour,
        zone_label=times.zone_label,
        present=clock.now,
        day_in=times.day_in,
        pick=i18n.pick,
        city_name=city_name,
        place_name=place_name,
        zone_city=times.zone_city,
        zone_clock=times.zone_clock,
        city_list=_city_list,
        breakable=breakable,
        door=doors.door,
        sep=i18n.Separators(),
    )
