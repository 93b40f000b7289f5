"""Rules become data and checks again, on both databases, and say the same before and after."""

import json

from sqlalchemy import Connection, select, text

from accelerator.cli.migrate import downgrade, upgrade
from accelerator.core import db, scope
from accelerator.screening.conditions.defaults import DEFAULT_RULES
from accelerator.screening.conditions.tree import condition, group
from accelerator.screening.models import EligibilityRule, Outcome, RuleResult, Severity
from accelerator.screening.operations import editing
from tests.factories import make_application, make_edition
from tests.factories.screening import make_result, make_rule
from tests.services.migrated import migrated_database

__all__ = ["migrated_database"]
KINDS = {
    "complete": ("complete", {}),
    "declarations": ("declarations", {}),
    "track": ("track", {}),
    "not_excluded": (
        "excluded",
        {
            "sectors": [],
            "questions": ["one_line", "solution", "problem"],
            "words": DEFAULT_RULES[3].condition["parts"][0]["value"],
        },
    ),
    "deck": ("attached", {"question": "deck"}),
    "age": ("age", {"question": "founded", "max_years": 10}),
    "place": ("place", {"needs_prefecture": "JP"}),
    "mine": ("conditions", {}),
}


def as_checks(connection: Connection) -> dict[str, tuple[str, dict[str, object]]]:
    """Kind and settings by key, as they stood before, without what is only carried along."""
    rows = connection.execute(text("SELECT key, kind, settings FROM eligibility_rule")).all()
    known = {key: (kind, json.loads(kept) if isinstance(kept, str) else kept) for key, kind, kept in rows}
    return {
        key: (kind, {name: value for name, value in kept.items() if name != "carried"})
        for key, (kind, kept) in known.items()
    }


def content() -> dict[str, dict[str, object]]:
    """Every rule as it is run, by key."""
    with db.reading() as opened, scope.everywhere():
        return {rule.key: {**rule.content, "draft": rule.draft} for rule in opened.scalars(select(EligibilityRule))}


def test_there_and_back_each_rule_is_what_it_was(migrated_database: str) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            editing.create_rules(edition, actor=None)
            mine = make_rule(edition, "mine", condition("country", "any_of", ["JP"]), severity=Severity.NOTE)
            mine.reason, mine.draft = {"en": "Far.", "ja": "遠い。"}, {**mine.content, "severity": "ask"}
    before = content()
    downgrade("rules1-1")
    with db.engine().connect() as connection:
        assert as_checks(connection) == KINDS
    with db.engine().execution_options(writes=True).begin() as connection:
        for key, (kind, settings) in KINDS.items():  # as they were kept before anything was carried along
            if key != "mine":
                values = {"kind": kind, "settings": json.dumps(settings), "key": key}
                kept = text("UPDATE eligibility_rule SET kind = :kind, settings = :settings WHERE key = :key")
                if connection.dialect.name == "postgresql":
                    kept = text(
                        "UPDATE eligibility_rule SET kind = :kind, settings = CAST(:settings AS jsonb) WHERE key = :key"
                    )
                connection.execute(kept, values)
    upgrade()
    assert content() == before


def test_excluded_sectors_become_a_rule_of_their_own(migrated_database: str) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            editing.create_rules(edition, actor=None)
            rules = {rule.key: rule for rule in db.session().scalars(select(EligibilityRule))}
            bad, good = make_application(edition), make_application(edition)
            make_result(rules["not_excluded"], bad, Outcome.FAIL)
            make_result(rules["not_excluded"], good, Outcome.ASK)
            make_result(rules["place"], good, Outcome.NOTE)
    downgrade("rules1-1")
    kind, settings = KINDS["not_excluded"]
    kept = json.dumps({**settings, "sectors": ["drugs"]})
    with db.engine().execution_options(writes=True).begin() as connection:
        is_postgres = connection.dialect.name == "postgresql"
        change = "UPDATE eligibility_rule SET settings = CAST(:kept AS jsonb) WHERE kind = :kind"
        plain = "UPDATE eligibility_rule SET settings = :kept WHERE kind = :kind"
        connection.execute(text(change) if is_postgres else text(plain), {"kept": kept, "kind": kind})
    upgrade()
    with db.reading() as opened, scope.everywhere():
        told = {
            (result.rule.key, result.application_id): result.outcome.value
            for result in opened.scalars(select(RuleResult))
        }
        own = opened.scalars(select(EligibilityRule).where(EligibilityRule.key == "not_excluded_sectors")).one()
        assert (own.severity, own.condition) == (
            Severity.FAIL,
            group("all", condition("sector", "none_of", ["drugs"], "met")),
        )
    assert told == {
        ("not_excluded", bad.id): "pass",
        ("not_excluded", good.id): "ask",
        ("place", good.id): "pass",  # a check had no note to give
        ("not_excluded_sectors", bad.id): "fail",
        ("not_excluded_sectors", good.id): "pass",
    }
