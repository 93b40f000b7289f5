"""Writes of the rules themselves: those to begin with, drafts of changes, and what they become."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import delete, func, select

from accelerator.accounts.models import Person
from accelerator.core.audit import audit
from accelerator.core.db import add, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import pick
from accelerator.core.versions import stale_problems, version_of
from accelerator.intake.queries.forms import current_form
from accelerator.programmes.models import Edition
from accelerator.screening.conditions import tree
from accelerator.screening.conditions.defaults import DEFAULT_RULES, TEMPLATES, Template
from accelerator.screening.conditions.tree import Node, Path
from accelerator.screening.models import EligibilityRule, RuleTrial, Severity
from accelerator.screening.operations.running import run_again
from accelerator.screening.queries import cases, trials
from accelerator.screening.queries.facts import questions

MOST_RULES = 40


def create_rules(edition: Edition, *, actor: Person | None) -> list[EligibilityRule]:
    """Give the edition the default rules that it does not have yet; return all its rules.

    Where there is a form, what it doesn't ask is left out, and a rule of which nothing remains isn't made.
    """
    known = {rule.key for rule in cases.rules(edition, active_only=False)}
    for position, template in enumerate(DEFAULT_RULES, start=1):
        condition = _fitting(edition, template)
        if template.key not in known and condition:
            values = {**_content(template), "condition": condition, "severity": Severity(template.severity)}
            rule = add(EligibilityRule(edition_id=edition.id, key=template.key, position=position, **values))
            audit(actor, "screening.rule_made", rule, key=[None, template.key])
    return cases.rules(edition, active_only=False)


def _fitting(edition: Edition, template: Template) -> Node | None:
    if current_form(edition) is None:
        return template.condition
    return tree.pruned(template.condition, frozenset(questions(edition)))


def _content(template: Template) -> dict[str, Any]:
    return {
        "label": dict(template.label),
        "condition": template.condition,
        "severity": template.severity,
        "reason": dict(template.reason),
        "tracks": [],
    }


BLANK = Template("new", {"en": "New rule", "ja": "新しいルール"}, "ask", tree.EMPTY)


def begin_rule(edition: Edition, *, template: str | None, actor: Person) -> EligibilityRule:
    """A new rule as a draft, empty or from a template. It isn't run before it is saved."""
    lock(edition)
    rules = cases.rules(edition, active_only=False)
    if len(rules) >= MOST_RULES:
        raise Refused(_("An edition has at most %(most)s rules.", most=MOST_RULES))
    source = next((known for known in TEMPLATES if known.key == template), BLANK)
    keys, number = {rule.key for rule in rules}, 1
    while f"{source.key}_{number}" in keys:
        number += 1
    content = {**_content(source), "condition": _fitting(edition, source) or dict(tree.EMPTY)}
    last = select(func.max(EligibilityRule.position)).where(EligibilityRule.edition_id == edition.id)
    rule = add(
        EligibilityRule(
            edition_id=edition.id,
            key=f"{source.key}_{number}",
            position=(session().scalar(last) or 0) + 1,
            active=False,
            version=0,
            draft=content,
            **{**content, "severity": Severity(source.severity), "condition": dict(tree.EMPTY)},
        )
    )
    audit(actor, "screening.rule_begun", rule)
    return rule


def switch_rule(edition: Edition, rule: EligibilityRule, *, active: bool, actor: Person) -> None:
    """Switch a rule off, so that it is not run and what it said counts no more, or on again.

    What it said before it was switched off counts again at once; applications that came meanwhile wait for the next
    run, which is asked for.
    """
    lock(edition)  # passing all whose rules pass must not count with the one set of rules and pass with another
    lock(rule)
    if rule.is_new:
        raise Refused(_("This rule has never been saved. Save it first."))
    if rule.active != active:
        rule.active = active
        if active:
            run_again(edition, actor=actor)
        audit(actor, "screening.rule_switched_on" if active else "screening.rule_switched_off", rule)


def change_draft(rule: EligibilityRule, *, shown: str | None, actor: Person, **values: Any) -> None:
    """Change a rule in its draft: label, reason, severity, tracks. ``shown`` is the version of the page."""
    _redraft(rule, shown, actor, **values)


def put_condition(
    rule: EligibilityRule, path: Path, node: Node, *, is_new: bool, shown: str | None, actor: Person
) -> None:
    """Write a condition at a path, or at the end of the group there."""
    root = rule.drafted["condition"]
    refuse(_place_problems(root, path, is_new=is_new))
    changed = tree.extended(root, path, node) if is_new else tree.replaced(root, path, node)
    _redraft(rule, shown, actor, condition=changed)


def _place_problems(root: Node, path: Path, *, is_new: bool) -> Iterator[Refused]:
    place = tree.node_at(root, path)
    if place is None or ("join" in place) is not is_new:
        yield Refused(_("This part of the rule is no longer there."))
    if is_new and len(list(tree.walk(root))) > tree.MOST:
        yield Refused(_("A rule has at most %(most)s conditions and groups.", most=tree.MOST))


def add_group(rule: EligibilityRule, path: Path, *, shown: str | None, actor: Person) -> None:
    """An empty group within the group at a path; it joins the other way than its surrounding."""
    root = rule.drafted["condition"]
    refuse(_place_problems(root, path, is_new=True))
    if len(path) + 1 >= tree.DEPTH:
        raise Refused(_("Groups can't be nested any deeper."))
    home = tree.node_at(root, path) or tree.EMPTY
    inner = tree.group("any" if home["join"] == "all" else "all")
    _redraft(rule, shown, actor, condition=tree.extended(root, path, inner))


def turn_group(rule: EligibilityRule, path: Path, *, join: str, shown: str | None, actor: Person) -> None:
    """Say whether all or any of a group have to hold."""
    root = rule.drafted["condition"]
    refuse(_place_problems(root, path, is_new=True) if join in ("all", "any") else [Refused(_("Choose all or any."))])
    home = tree.node_at(root, path) or tree.EMPTY
    _redraft(rule, shown, actor, condition=tree.replaced(root, path, {**home, "join": join}))


def remove_part(rule: EligibilityRule, path: Path, *, shown: str | None, actor: Person) -> None:
    """Take a condition or a group out of the draft."""
    root = rule.drafted["condition"]
    if not path or tree.node_at(root, path) is None:
        raise Refused(_("This part of the rule is no longer there."))
    _redraft(rule, shown, actor, condition=tree.replaced(root, path, None))


def move_part(rule: EligibilityRule, path: Path, *, earlier: bool, shown: str | None, actor: Person) -> None:
    """Move a condition or a group one place within its group."""
    root = rule.drafted["condition"]
    if not path or tree.node_at(root, path) is None:
        raise Refused(_("This part of the rule is no longer there."))
    _redraft(rule, shown, actor, condition=tree.shifted(root, path, earlier=earlier))


def _redraft(rule: EligibilityRule, shown: str | None, actor: Person, **values: Any) -> None:
    present = rule.drafted
    refuse(stale_problems(shown, version_of(present)))
    draft = {**present, **values}
    if draft != present:
        rule.draft = draft
        audit(actor, "screening.rule_drafted", rule)


def forget_trial(rule: EligibilityRule) -> None:
    """What was tried of a draft counts no more. The caller has locked the rule."""
    session().execute(delete(RuleTrial).where(RuleTrial.rule_id == rule.id))


def discard_draft(rule: EligibilityRule, *, shown: str | None, actor: Person) -> None:
    """Forget what was being changed; a rule that was never saved is gone with it."""
    refuse(stale_problems(shown, version_of(rule.drafted)))
    forget_trial(rule)
    audit(actor, "screening.rule_draft_discarded", rule)
    if rule.is_new:
        session().delete(rule)
    rule.draft = None


def save_problems(edition: Edition, content: Mapping[str, Any]) -> Iterator[Refused]:
    """Why a draft can't become the rule."""
    known = questions(edition)
    nodes = list(tree.walk(content["condition"]))
    if not any("join" not in node for _path, node in nodes):
        yield Refused(_("Add a condition first."))
    elif any(not node["parts"] for _path, node in nodes if "join" in node):
        yield Refused(_("One group is empty. Add a condition to it, or remove it."))
    for fault in tree.faults(content["condition"], known):
        yield Refused(pick(fault))


def trial_problems(edition: Edition, rule: EligibilityRule) -> Iterator[Refused]:
    """Why a rule can't be saved yet: nobody has seen whom it would change, as it is now."""
    trial = trials.trial(rule)
    if trial is None or trial.finished_at is None:
        yield Refused(_("See who would change before you save the rule."))
    elif trial.basis != trials.basis(edition, rule):
        yield Refused(str(trials.OUT_OF_DATE))


def save_rule(edition: Edition, rule: EligibilityRule, *, shown: str | None, actor: Person) -> None:
    """Make the draft the rule, once somebody could see whom that changes. All applications are checked again by the
    worker; a new rule is switched on."""
    lock(edition)
    lock(rule)
    content = rule.drafted
    refuse(stale_problems(shown, version_of(content)))
    refuse([*save_problems(edition, content)] or trial_problems(edition, rule))
    forget_trial(rule)
    rule.label, rule.reason, rule.tracks = content["label"], content["reason"], content["tracks"]
    rule.condition, rule.severity = content["condition"], Severity(content["severity"])
    rule.active, rule.draft = rule.active or rule.is_new, None
    rule.version += 1
    run_again(edition, actor=actor)
    audit(actor, "screening.rule_saved", rule, version=[rule.version - 1 or None, rule.version])
