"""The homes, the switch between one's workspaces, and the way home."""

from collections.abc import Callable, Collection
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask import session as cookie

from accelerator.accounts.models import Person, Role
from accelerator.accounts.queries import newest_edition_of, roles
from accelerator.accounts.views.visitor import current_person, signed_in_person
from accelerator.core import clock, web
from accelerator.core.web import Feature
from accelerator.dashboard import rules
from accelerator.dashboard.greeting import greeting
from accelerator.dashboard.queries import applicant, founder, investor, mentor, partner, reviewer, team
from accelerator.dashboard.queries.invitations import open_invitations
from accelerator.dashboard.queries.show import demo_day_today
from accelerator.programmes.models import Edition
from accelerator.programmes.queries import edition as edition_with
from accelerator.programmes.queries import edition_by_slug, newest_of
from accelerator.programmes.rules import can_enter
from accelerator.selection.queries.cohort import startup_of

bp = Feature("dashboard", __name__)
LISTED = 50  # editions that one person's list of workspaces holds


def _founder(edition: Edition, person: Person) -> str:
    startup = startup_of(person, edition)
    if startup is None:
        return _applicant(edition, person)
    return _page("founder", edition, person, founder.founder_home(edition, startup))


def _applicant(edition: Edition, person: Person) -> str:
    return _page("applicant", edition, person, applicant.applicant_home(edition, person))


def _team(edition: Edition, person: Person) -> str:
    return _page("team", edition, person, team.team_home(edition, person))


def _reviewer(edition: Edition, person: Person) -> str:
    return _page("reviewer", edition, person, reviewer.reviewer_home(edition, person))


def _mentor(edition: Edition, person: Person) -> str:
    return _page("mentor", edition, person, mentor.mentor_home(edition, person))


def _partner(edition: Edition, person: Person) -> str:
    return _page("partner", edition, person, partner.partner_home(edition, person))


def _investor(edition: Edition, person: Person) -> str:
    return _page("investor", edition, person, investor.investor_home(edition, person))


def _page(name: str, edition: Edition, person: Person, home: Any) -> str:
    now = clock.now()
    show = demo_day_today(edition, person, pitches=name == "founder")
    return render_template(
        f"dashboard/{name}.html",
        home=home,
        greeting=greeting(person, now),
        now=now,
        show=show,
        invitations=open_invitations(person),
    )


# In the order in which a person with several roles lands on them, the same as in the navigation.
HOMES: dict[Role, Callable[[Edition, Person], str]] = {
    Role.ADMIN: _team,
    Role.STAFF: _team,
    Role.REVIEWER: _reviewer,
    Role.MENTOR: _mentor,
    Role.FOUNDER: _founder,
    Role.PARTNER: _partner,
    Role.INVESTOR: _investor,
}


@bp.route("/editions/<edition_slug>/home", allow=rules.can_come_home)
def home(edition: Edition) -> Any:
    """What waits for the person in the role they work in now."""
    person = current_person()
    if person is None:
        abort(401)
    held = roles(person).get(edition.id, frozenset())
    chosen = [role for role in HOMES if role in held and role.value == cookie.get("workspace")]
    role = next(iter(chosen or [role for role in HOMES if role in held]), None)
    if cookie.get("edition") != edition.slug:
        cookie["edition"] = edition.slug
    return HOMES[role](edition, person) if role else _applicant(edition, person)


@bp.route("/editions/<edition_slug>/workspace", methods=["POST"], allow=rules.can_come_home)
def switch(edition: Edition) -> Any:
    """Work in another role that the person holds here."""
    workspace = request.form.get("workspace", "")
    if workspace in {role.value for role in roles(current_person()).get(edition.id, frozenset())}:
        web.remember("workspace", workspace)
    return redirect(url_for(".home", edition_slug=edition.slug))


@bp.route("/workspaces", allow=web.signed_in)
def places() -> Any:
    """Every edition that the person works in, with its workspaces; for the switcher without the one that it stands on."""
    mine = dict(roles(current_person()))
    present = edition_by_slug(request.args.get("but", ""))
    if present is not None:
        mine.pop(present.id, None)
    shown = [(edition, _workspaces(mine[edition.id])) for edition in newest_of(mine, LISTED)]
    context = {"places": [place for place in shown if place[1]]}
    if web.wants_fragment():
        return web.render_block("dashboard/places.html", "places", **context)
    return render_template("dashboard/places.html", **context)


def _workspaces(held: Collection[Role]) -> list[Role]:
    return [role for role in HOMES if role in held and not (role is Role.STAFF and Role.ADMIN in held)]


@bp.route("/home", allow=web.signed_in)
def start() -> Any:
    """To the home of the edition used last, else of the newest role, else to what they are invited to, else the front."""
    person = current_person()
    used = edition_by_slug(str(cookie.get("edition"))) if cookie.get("edition") else None
    if used is None or not can_enter(person, used):
        newest = newest_edition_of(person) if person else None
        used = edition_with(newest) if newest else None
    if used is not None:
        return redirect(url_for(".home", edition_slug=used.slug))
    asked = person is not None and open_invitations(person).any
    return redirect(url_for(".invitations") if asked else url_for("programmes.front"))


@bp.route("/invitations", allow=web.signed_in)
def invitations() -> str:
    """What the person is asked: where whoever has no role yet comes after signing in."""
    return render_template("dashboard/invitations.html", invitations=open_invitations(signed_in_person()))
