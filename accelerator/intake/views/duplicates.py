"""Staff compare records that may be the same firm: merge them, undo that for a day, or say that they are two firms."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from accelerator.accounts.rules import on_team
from accelerator.accounts.views.visitor import current_person, signed_in_person
from accelerator.core import clock, web
from accelerator.core.countries import city_name, country_name, place_name
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.intake.answers.prefectures import prefecture_name
from accelerator.intake.forms_of_pairs import GROUPS, SECOND, PairForm, pair_form, values_of, values_shown
from accelerator.intake.operations import merging as operations
from accelerator.intake.queries import same
from accelerator.intake.queries.same import Pair, Record, Strength
from accelerator.intake.rules import can_compare, can_undo
from accelerator.intake.views.blueprint import bp
from accelerator.programmes.models import Edition
from accelerator.startups.models import KeyKind, StartupMerge
from accelerator.startups.operations import merging

PATH = "/editions/<edition_slug>/duplicates"
REASONS = {
    KeyKind.NUMBER: lazy("Same corporate number"),
    KeyKind.HOST: lazy("Same domain %(value)s"),
    KeyKind.FOUNDER: lazy("%(value)s is a founder of both"),
    KeyKind.NAME: lazy("Names are alike without the legal form: %(value)s"),
    KeyKind.MAIL: lazy("Founders have addresses at %(value)s"),
}
SHORT = {
    KeyKind.NUMBER: lazy("Same corporate number"),
    KeyKind.HOST: lazy("Same domain"),
    KeyKind.FOUNDER: lazy("Same founder"),
    KeyKind.NAME: lazy("Same name"),
    KeyKind.MAIL: lazy("Same mail domain"),
}
STRENGTHS = {
    Strength.SURE: (lazy("Almost certain"), "warn"),
    Strength.LIKELY: (lazy("Likely"), ""),
    Strength.MAYBE: (lazy("Possible"), ""),
}


def _is_team(actor: Any, edition: Edition) -> bool:
    return on_team(actor, edition.id)


@bp.route(PATH, allow=_is_team)
def duplicates(edition: Edition) -> str:
    """Pairs of records that may be one firm, and what was done with others."""
    pairs = same.possible_pairs(edition, signed_in_person())
    return render_template("intake/duplicates.html", done=same.done(edition, signed_in_person()), **_list(pairs))


def _list(pairs: list[Pair]) -> dict[str, Any]:
    return {
        "pairs": pairs,
        "nav_counts": {"intake.duplicates": len(pairs)},
        "short": lambda pair: [str(SHORT[kind]) for kind in dict.fromkeys(kind for kind, _value in pair.reasons)],
        "strengths": STRENGTHS,
        "unseen": _unseen,
        "undoable": lambda merge: not merge.undone_at and clock.system_now() < merge.merged_at + merging.UNDO_FOR,
        "until": lambda merge: merge.merged_at + merging.UNDO_FOR,
    }


def _unseen(merge: StartupMerge) -> list[str]:
    """What a merge left out of the record, in words."""
    given: dict[str, list[Any]] = merge.set_aside
    shown = {**given, "country": [country_name(code) for code in given.get("country", [])]}
    shown["prefecture"] = [prefecture_name(code) for code in given.get("prefecture", [])]
    return [str(value) for values in shown.values() for value in values]


def _pair(edition: Edition, first: str, second: str) -> Pair | None:
    person = current_person()
    if person is None or not on_team(person, edition.id):
        return None
    return same.possible_pair(edition, person, (first, second))


@bp.route(PATH + "/<first>/<second>", methods=["GET", "POST"], load=_pair, allow=can_compare)
def duplicate(pair: Pair) -> Any:
    """Both side by side and the choice: merge them, with what is shown of each, or keep them apart with a reason."""
    edition, me = web.chosen(), signed_in_person()
    if request.method == "POST":
        for startup in sorted((pair.first.startup, pair.second.startup), key=lambda row: row.id):
            web.held(startup)
        session().expire_all()  # what was read before nobody else could save any more may be old
        again = same.possible_pair(edition, me, (pair.first.startup.slug, pair.second.startup.slug))
        if again is None:
            flash(_("These two were merged, or kept apart, in the meantime."), "bad")
            return redirect(url_for(".duplicates", edition_slug=edition.slug))
        pair = again
    form = pair_form(pair)
    if form.is_submitted() and (notice := _decide(pair, form)):
        flash(notice)
        return redirect(url_for(".duplicates", edition_slug=edition.slug))
    pairs = same.possible_pairs(edition, me)
    page = render_template(
        "intake/duplicate.html", form=form, pair=pair, later=_later(pairs, pair), **_compared(pair), **_list(pairs)
    )
    return page, 422 if form.problems else 200


def _later(pairs: list[Pair], pair: Pair) -> str:
    """The next pair, or the list after the last one."""
    ids, ways = [row.ids for row in pairs], {"edition_slug": web.chosen().slug}
    following = pairs[ids.index(pair.ids) + 1 :] if pair.ids in ids else []
    if not following:
        return url_for(".duplicates", **ways)
    return url_for(".duplicate", first=following[0].first.startup.slug, second=following[0].second.startup.slug, **ways)


def _decide(pair: Pair, form: PairForm) -> str:
    """Do what was asked; the notice, or nothing where it was refused."""
    first, second, me = pair.first.startup, pair.second.startup, signed_in_person()
    if request.form.get("do") == "apart":
        is_valid = form.validate_with(lambda: merging.apart_problems(form.reason.data))
        if is_valid and form.attempt(merging.keep_apart, first, second, reason=form.reason.data or "", actor=me):
            return _("Saved: these are two firms.")
        return ""
    if request.form.get("do") != "merge":
        return ""
    kept, gone = (second, first) if form.keep.data == SECOND else (first, second)
    counting = form.counting
    if form.validate_with(lambda: operations.merge_problems(kept, gone, counting=counting, actor=me)) and form.attempt(
        operations.merge_startups, kept, gone, shown=values_shown(pair, form), counting=counting, actor=me
    ):
        return _("Merged. Applications that were sent stay as they were sent. You can undo this for a day.")
    return ""


def _compared(pair: Pair) -> dict[str, Any]:
    return {
        "why": [_why(pair, kind, value) for kind, value in pair.reasons if not _is_account(value, kind)]
        or [_why(pair, kind, value) for kind, value in pair.reasons],
        "rows": [
            (name, str(label), _text(pair.first, name), _text(pair.second, name))
            for name, (label, _columns) in GROUPS.items()
        ],
        "moving": merging.rows_that_move(pair.first.startup, pair.second.startup),
        "team": [row.name for record in (pair.first, pair.second) for row in record.founders if row.has_access],
        "lost": merging.collisions(pair.first.startup, pair.second.startup),
    }


def _is_account(value: str, kind: KeyKind) -> bool:
    return kind is KeyKind.FOUNDER and value.startswith("#")


def _why(pair: Pair, kind: KeyKind, value: str) -> str:
    if kind is KeyKind.FOUNDER:
        rows = [*pair.first.founders, *pair.second.founders]
        value = next((row.name for row in rows if value in (row.email, f"#{row.person_id}")), value)
    return str(REASONS[kind]) % {"value": value}


def _text(record: Record, group: str) -> str:
    """A value as the page says it."""
    values = values_of(record, group)
    if group == "place":
        country, prefecture, city = values
        return place_name(
            city_name(city or ""), prefecture_name(prefecture) if prefecture else None, country_name(country)
        )
    return str(values[0] or "")


def _merge(edition: Edition, merge_id: int) -> StartupMerge | None:
    person = current_person()
    if person is None or not on_team(person, edition.id):
        return None
    return same.merge(edition, person, merge_id)


@bp.route(PATH + "/merges/<int:merge_id>/undo", methods=["POST"], load=_merge, allow=can_undo)
def undo_merge(merge: StartupMerge) -> Any:
    """Make two records of one again."""
    try:
        with session().begin_nested():
            operations.undo_merge(merge, actor=signed_in_person())
    except Refused as refusal:
        flash(refusal.message, "bad")
    else:
        flash(_("Undone: the two records are as they were."))
    return redirect(url_for(".duplicates", edition_slug=web.chosen().slug))
