"""The editor of eligibility rules: a rule's draft, its conditions one by one, and saving it."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import web
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import pick
from accelerator.core.versions import version_of
from accelerator.intake.queries import forms
from accelerator.programmes.models import Edition
from accelerator.programmes.rules import can_run
from accelerator.screening import rules
from accelerator.screening.conditions import tree
from accelerator.screening.conditions.defaults import TEMPLATES
from accelerator.screening.conditions.facts import Asked
from accelerator.screening.conditions.operators import WHOLE_FORM
from accelerator.screening.conditions.tree import Path
from accelerator.screening.conditions.wording import clause, words
from accelerator.screening.forms_of_rules import ConditionForm, RuleForm, condition_values, rule_values
from accelerator.screening.models import EligibilityRule
from accelerator.screening.operations import editing
from accelerator.screening.queries import cases
from accelerator.screening.queries import facts as fact_queries
from accelerator.screening.queries.cases import RulePart
from accelerator.screening.views.blueprint import bp

RULE = "/editions/<edition_slug>/screening/rules/<int:rule_id>"


def _to_rule(rule: EligibilityRule, anchor: str | None = None) -> Any:
    return redirect(url_for(".edit_rule", edition_slug=web.chosen().slug, rule_id=rule.id, _anchor=anchor))


@bp.route("/editions/<edition_slug>/screening/rules/new", methods=["GET", "POST"], allow=can_run)
def new_rule(edition: Edition) -> Any:
    """Begin a rule: empty, or from a template."""
    if request.method == "POST":
        rule = editing.begin_rule(edition, template=request.form.get("template"), actor=signed_in_person())
        return _to_rule(rule)
    known = fact_queries.questions(edition)
    keys = frozenset(known)
    offered = [
        (template, words(condition, known))
        for template in TEMPLATES
        if (condition := tree.pruned(template.condition, keys)) is not None
    ]
    return render_template("screening/rule_new.html", templates=offered)


@bp.route(RULE, methods=["GET", "POST"], load=cases.rule, allow=rules.can_switch)
def edit_rule(rule: EligibilityRule) -> Any:
    """A rule as it is being changed: its name, what follows, and its conditions."""
    edition, rule = web.chosen(), web.held(rule)
    content = rule.drafted
    known = fact_queries.questions(edition)
    form = RuleForm(data=rule_values(content), stored=content)
    form.offer({track.key: track.title for track in forms.tracks(edition)})
    if form.validate_on_submit() and form.attempt(
        editing.change_draft, rule, shown=None, actor=signed_in_person(), **form.values
    ):
        flash(_("The draft is saved. It isn't run before you save the rule."))
        return _to_rule(rule)
    page = render_template(
        "screening/rule.html",
        form=form,
        rule=rule,
        content=content,
        tree=_drawn(content["condition"], known),
        words=words(content["condition"], known),
        now=words(rule.condition, known) if rule.draft is not None and not rule.is_new else {},
        faults=tree.faults(content["condition"], known),
        version=version_of(content),
    )
    return page, 422 if form.problems else 200


def _drawn(node: Mapping[str, Any], known: Mapping[str, Asked], path: Path = ()) -> dict[str, Any]:
    """A node as the page draws it."""
    drawn: dict[str, Any] = {"path": tree.path_text(path), "id": "p-" + tree.path_text(path).replace(".", "-")}
    if "join" not in node:
        text = clause(node, known)
        return {
            **drawn,
            "text": {**text, "en": text["en"][:1].upper() + text["en"][1:]},
            "faults": list(tree.faults_of(node, known)),
            "is_whole": node["question"] in WHOLE_FORM,
        }
    parts = [_drawn(part, known, (*path, number)) for number, part in enumerate(node["parts"])]
    return {**drawn, "join": node["join"], "parts": parts, "can_nest": len(path) + 1 < tree.DEPTH}


@bp.route(RULE + "/add/<path_text>", methods=["GET", "POST"], load=cases.rule_part, allow=rules.can_change)
def add_condition(part: RulePart) -> Any:
    """One more condition in a group: first its question, then what it compares with."""
    return _condition(part.rule, part.path, is_new=True)


@bp.route(RULE + "/conditions/<path_text>", methods=["GET", "POST"], load=cases.rule_part, allow=rules.can_change)
def edit_condition(part: RulePart) -> Any:
    """Change a condition, or what it is about."""
    return _condition(part.rule, part.path, is_new=False)


def _condition(rule: EligibilityRule, path: Path, *, is_new: bool) -> Any:
    edition, rule = web.chosen(), web.held(rule)
    content, known = rule.drafted, fact_queries.questions(edition)
    node = tree.node_at(content["condition"], path)
    if node is None or ("join" in node) is not is_new:
        return _gone(rule)
    key = request.args.get("question") or ("" if is_new else node["question"])
    if key in WHOLE_FORM and request.method == "POST":
        return _put_whole(rule, path, key, is_new=is_new)
    asked = known.get(key)
    place = {"rule": rule, "path": tree.path_text(path), "is_new": is_new, "version": version_of(content)}
    if asked is None:
        return render_template(
            "screening/rule_question.html", sections=fact_queries.sections(edition), known=known, key=key, **place
        )
    stored = {} if is_new or node["question"] != key else condition_values(node, asked)
    form = ConditionForm(data=stored, stored=content, saved=[(_("The rule"), pick(words(content["condition"], known)))])
    form.about(asked)
    if form.validate_with(form.problems_of_value) and form.attempt(
        editing.put_condition, rule, path, form.node, is_new=is_new, shown=None, actor=signed_in_person()
    ):
        return _to_rule(rule, "conditions")
    page = render_template("screening/rule_condition.html", form=form, asked=asked, **place)
    return page, 422 if form.problems else 200


def _gone(rule: EligibilityRule) -> Any:
    flash(_("This part of the rule is no longer there."))
    return _to_rule(rule)


def _put_whole(rule: EligibilityRule, path: Path, key: str, *, is_new: bool) -> Any:
    node = tree.condition(key, WHOLE_FORM[key])
    shown = request.form.get("version")
    editing.put_condition(rule, path, node, is_new=is_new, shown=shown, actor=signed_in_person())
    return _to_rule(rule, "conditions")


@bp.route(RULE + "/parts/<path_text>", methods=["POST"], load=cases.rule_part, allow=rules.can_change)
def change_part(part: RulePart) -> Any:
    """Move or remove a condition or a group, add a group, or say whether all or any have to hold."""
    path, rule = part.path, web.held(part.rule)
    by, shown = request.form.get("by", ""), request.form.get("version", "")
    who = signed_in_person()
    if by == "remove":
        editing.remove_part(rule, path, shown=shown, actor=who)
    elif by in ("earlier", "later"):
        editing.move_part(rule, path, earlier=by == "earlier", shown=shown, actor=who)
    elif by == "group":
        editing.add_group(rule, path, shown=shown, actor=who)
    else:
        editing.turn_group(rule, path, join=by, shown=shown, actor=who)
    return _to_rule(rule, "conditions")


@bp.route(RULE + "/discard", methods=["POST"], load=cases.rule, allow=rules.can_switch)
def discard_rule(rule: EligibilityRule) -> Any:
    """Forget what was being changed."""
    name, is_new = rule.name, rule.is_new
    editing.discard_draft(web.held(rule), shown=request.form.get("version"), actor=signed_in_person())
    flash(_("The draft of “%(rule)s” was discarded.", rule=name))
    if is_new:
        return redirect(url_for(".rule_list", edition_slug=web.chosen().slug))
    return _to_rule(rule)


@bp.route(RULE + "/save", methods=["POST"], load=cases.rule, allow=rules.can_switch)
def save_rule(rule: EligibilityRule) -> Any:
    """Make the draft the rule."""
    edition = web.chosen()
    editing.save_rule(edition, rule, shown=request.form.get("version"), actor=signed_in_person())
    flash(_("“%(rule)s” is saved. All applications are being checked again.", rule=rule.name))
    return redirect(url_for(".rule_list", edition_slug=edition.slug))
