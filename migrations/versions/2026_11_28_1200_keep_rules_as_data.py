"""Eligibility rules are data: questions, operators and values instead of the name of a check and its settings.

What a rule says stays what it was. Going back, a rule that no check knows keeps its data in its settings and has a person
look, as every unknown check does; going forth again it is what it was.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "rules1"
down_revision: str | None = "twins1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

DOCUMENT = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
SEVERITIES = "severity IN ('fail', 'ask', 'note')"
COLUMNS = ("condition", "severity", "reason", "tracks")
RULES = sa.table(
    "eligibility_rule",
    *(sa.column(name, sa.Integer()) for name in ("id", "edition_id", "position", "version")),
    *(sa.column(name, sa.String()) for name in ("key", "kind", "severity")),
    *(sa.column(name, DOCUMENT) for name in ("label", "settings", "condition", "reason", "tracks", "draft")),
    sa.column("active", sa.Boolean()),
)
RESULTS = sa.table(
    "rule_result",
    *(sa.column(name, sa.Integer()) for name in ("id", "application_id", "rule_id", "revision_number", "rule_version")),
    sa.column("outcome", sa.String()),
    sa.column("explanation", DOCUMENT),
    sa.column("ran_at", sa.DateTime(timezone=True)),
)
FORM = sa.table("form", *(sa.column(name, sa.Integer()) for name in ("id", "edition_id", "version")))
SECTION = sa.table("section", *(sa.column(name, sa.Integer()) for name in ("id", "form_id")))
QUESTION = sa.table("question", sa.column("section_id", sa.Integer()), sa.column("key", sa.String()))


def upgrade() -> None:
    """Read every rule's settings as conditions."""
    _say("pass", "fail", "ask", "note")
    with op.batch_alter_table("eligibility_rule") as batch:
        batch.add_column(sa.Column("condition", DOCUMENT, nullable=True))
        batch.add_column(sa.Column("severity", sa.String(40), nullable=True))
        batch.add_column(sa.Column("reason", DOCUMENT, nullable=True))
        batch.add_column(sa.Column("tracks", DOCUMENT, nullable=True))
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("draft", DOCUMENT, nullable=True))
    with op.batch_alter_table("rule_result") as batch:
        batch.add_column(sa.Column("rule_version", sa.Integer(), nullable=False, server_default="1"))
    _read_settings()
    with op.batch_alter_table("eligibility_rule") as batch:
        for name in COLUMNS:
            batch.alter_column(name, existing_type=sa.String(40) if name == "severity" else DOCUMENT, nullable=False)
        batch.alter_column("version", server_default=None)
        batch.create_check_constraint(op.f("ck_eligibility_rule_severity"), SEVERITIES)
        batch.drop_column("kind")
        batch.drop_column("settings")
    with op.batch_alter_table("rule_result") as batch:
        batch.alter_column("rule_version", server_default=None)


def downgrade() -> None:
    """Write every rule as the check that it was."""
    with op.batch_alter_table("eligibility_rule") as batch:
        batch.add_column(sa.Column("kind", sa.String(40), nullable=True))
        batch.add_column(sa.Column("settings", DOCUMENT, nullable=True))
    _write_settings()
    with op.batch_alter_table("eligibility_rule") as batch:
        batch.alter_column("kind", existing_type=sa.String(40), nullable=False)
        batch.alter_column("settings", existing_type=DOCUMENT, nullable=False)
        batch.drop_constraint(op.f("ck_eligibility_rule_severity"), type_="check")
        for name in (*COLUMNS, "version", "draft"):
            batch.drop_column(name)
    with op.batch_alter_table("rule_result") as batch:
        batch.drop_column("rule_version")
    op.execute("UPDATE rule_result SET outcome = 'pass' WHERE outcome = 'note'")
    _say("pass", "fail", "ask")


def _say(*outcomes: str) -> None:
    """What rules and people may say; a note is a rule's alone."""
    listed = ", ".join(f"'{outcome}'" for outcome in outcomes)
    for table in ("rule_result", "verdict"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_outcome"), type_="check")
            batch.create_check_constraint(op.f(f"ck_{table}_outcome"), f"outcome IN ({listed})")


def _read_settings() -> None:
    told = sa.select(RULES.c.id, RULES.c.edition_id, RULES.c.key, RULES.c.kind, RULES.c.settings)
    told = told.add_columns(RULES.c.position, RULES.c.active)
    for row in op.get_bind().execute(told.order_by(RULES.c.id)).mappings().all():
        settings = row["settings"]
        if "carried" in settings:
            values = dict(settings["carried"])
        else:
            values = _as_data(row["kind"], settings, _keys(row["edition_id"]))
            if row["kind"] == "excluded" and settings.get("sectors"):
                _split_off(row, settings)
        op.get_bind().execute(RULES.update().where(RULES.c.id == row["id"]).values(values))


def _keys(edition_id: int) -> set[str] | None:
    """The questions of the edition's newest form; None without any."""
    newest = sa.select(FORM.c.id).where(FORM.c.edition_id == edition_id).order_by(FORM.c.version.desc()).limit(1)
    form_id = op.get_bind().scalar(newest)
    if form_id is None:
        return None
    asked = sa.select(QUESTION.c.key).join(SECTION, SECTION.c.id == QUESTION.c.section_id)
    return set(op.get_bind().scalars(asked.where(SECTION.c.form_id == form_id)))


def _group(join: str, *parts: Any) -> dict[str, Any]:
    return {"join": join, "parts": list(parts)}


def _leaf(question: str, operator: str, value: Any = None, missing: str = "ask") -> dict[str, Any]:
    return {"question": question, "operator": operator, "value": value, "missing": missing}


def _rule(severity: str, *parts: Any, reason: Any = None) -> dict[str, Any]:
    return {"condition": _group("all", *parts), "severity": severity, "reason": reason or {}, "tracks": []}


CHECK_THE_FIELD = {"en": "Check whether that field is excluded.", "ja": "対象外の分野かどうか確かめてください。"}

NOWHERE = {"en": "The country, or in Japan the prefecture, is missing.", "ja": "国、または日本の場合は都道府県の記入がありません。"}


def _as_data(kind: str, settings: Mapping[str, Any], keys: set[str] | None) -> dict[str, Any]:
    if kind in ("complete", "declarations", "track"):
        return _rule("ask" if kind == "complete" else "fail", _leaf(f"*{kind}", kind))
    if kind == "attached":
        return _rule("ask", _leaf(str(settings.get("question", "deck")), "present"))
    if kind == "excluded":
        asked = [key for key in settings.get("questions", ()) if keys is None or key in keys]
        listed = list(settings.get("words", ()))
        parts = [_leaf(key, "contains_none", listed, "met") for key in asked if listed]
        return _rule("ask", *parts, reason=CHECK_THE_FIELD)
    if kind == "age":
        span = {"number": int(settings.get("max_years", 10)), "unit": "years", "anchor": "sent"}
        parts = [_leaf(str(settings.get("question", "founded")), "at_most_before", span)]
        other = str(settings.get("incorporated", "incorporated"))
        if keys is None or other in keys:
            parts.append(_leaf(other, "any_of", ["yes"], "met"))
        return _rule("ask", *parts)
    if kind == "place":
        here = str(settings.get("needs_prefecture", "JP"))
        told = _group("any", _leaf("country", "none_of", [here]), _leaf("prefecture", "filled"))
        return _rule("ask", _leaf("country", "filled"), told, reason=NOWHERE)
    # A check that nobody knew had a person look; so does a question that no form has.
    return _rule("ask", _leaf(kind, "filled"))


def _split_off(row: Any, settings: Mapping[str, Any]) -> None:
    """Excluded sectors fail and words have a person look: two rules from now on, and so is what they said."""
    values = _rule("fail", _leaf("sector", "none_of", list(settings["sectors"]), "met"))
    label = {"en": "Not an excluded sector", "ja": "対象外の業種でない"}
    kept = {name: row[name] for name in ("edition_id", "position", "active")}
    kept |= {"key": f"{row['key'][:32]}_sectors", "label": label, "version": 1, "kind": "sectors", "settings": {}}
    bind = op.get_bind()
    new_id = bind.scalar(RULES.insert().values({**kept, **values}).returning(RULES.c.id))
    mine = RESULTS.c.rule_id == row["id"]
    for told in bind.execute(sa.select(RESULTS).where(mine)).mappings().all():
        copied = {name: value for name, value in told.items() if name != "id"} | {"rule_id": new_id}
        copied["outcome"] = "fail" if told["outcome"] == "fail" else "pass"
        bind.execute(RESULTS.insert().values(copied))
    bind.execute(RESULTS.update().where(mine, RESULTS.c.outcome == "fail").values(outcome="pass"))


def _write_settings() -> None:
    names = (*COLUMNS, "version", "draft")
    for row in op.get_bind().execute(sa.select(RULES.c.id, *(RULES.c[name] for name in names))).mappings().all():
        kind, settings = _as_check(row["condition"].get("parts", []))
        settings["carried"] = {name: row[name] for name in names}
        op.get_bind().execute(RULES.update().where(RULES.c.id == row["id"]).values(kind=kind, settings=settings))


def _as_check(parts: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    """The check that says the same, with its settings; ``conditions`` is none that was known."""
    asked = [(part.get("question"), part.get("operator")) for part in parts]
    match asked:
        case [("*complete", _)] | [("*declarations", _)] | [("*track", _)]:
            return parts[0]["operator"], {}
        case [(key, "present")]:
            return "attached", {"question": key}
        case [(key, "at_most_before"), *rest] if rest in ([], [("incorporated", "any_of")]):
            if parts[0]["value"]["anchor"] == "sent" and parts[0]["value"]["unit"] == "years":
                return "age", {"question": key, "max_years": parts[0]["value"]["number"]}
        case [("country", "filled"), (None, None)]:
            return "place", {"needs_prefecture": parts[1]["parts"][0]["value"][0]}
        case [(_, "contains_none"), *_]:
            if {operator for _key, operator in asked} == {"contains_none"}:
                questions = [key for key, _operator in asked]
                return "excluded", {"sectors": [], "questions": questions, "words": parts[0]["value"]}
    return "conditions", {}
