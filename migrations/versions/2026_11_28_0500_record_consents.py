"""Consents get rows of their own, taken over from the revisions that were sent."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "consents1"
down_revision: str | None = "rules2"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

DOCUMENT = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
INSTANT = sa.DateTime(timezone=True)
PURPOSES = {"consent_processing": "processing", "consent_statistics": "statistics", "consent_hosts": "host"}
IN_FORCE = sa.text("ended_at IS NULL")
TEXT = sa.table(
    "consent_text",
    *(sa.column(name, sa.Integer) for name in ("id", "edition_id", "version", "host_id")),
    *(sa.column(name, sa.String) for name in ("key", "purpose", "digest")),
    *(sa.column(name, DOCUMENT) for name in ("question", "help", "wording")),
    sa.column("since", INSTANT),
)
CONSENT = sa.table(
    "consent",
    *(sa.column(name, sa.Integer) for name in ("edition_id", "application_id", "text_id", "revision_number")),
    *(sa.column(name, sa.Integer) for name in ("given_by", "ended_by")),
    *(sa.column(name, sa.String) for name in ("key", "ending")),
    *(sa.column(name, INSTANT) for name in ("given_at", "ended_at")),
)
BOXES = (
    "SELECT s.form_id, q.key, q.label, q.help, q.choices FROM question q JOIN section s ON s.id = q.section_id "
    "WHERE q.kind = 'consent' ORDER BY s.form_id, s.position, s.id, q.position, q.id"
)
SENT = (
    "SELECT r.application_id, a.edition_id, a.state, r.number, r.form_id, r.answers, r.sent_by, r.sent_at "
    "FROM revision r JOIN application a ON a.id = r.application_id "
    "WHERE a.id > :after AND a.id <= :last ORDER BY a.edition_id, r.application_id, r.number"
)
WITHDRAWN = (
    "SELECT max(at) FROM audit_entry WHERE subject_type = 'application' AND subject_id = :application "
    "AND action = 'application.withdrawn'"
)
PORTION = 500


def upgrade() -> None:
    """Create both tables and fill them."""
    _create_texts()
    _create_consents()
    taken = _Taken()
    last = op.get_bind().scalar(sa.text("SELECT max(id) FROM application")) or 0
    for after in range(0, last, PORTION):
        rows = list(taken.portion(after))
        if rows:
            op.bulk_insert(CONSENT, rows)


def downgrade() -> None:
    """Take them away; the revisions still say what was ticked."""
    op.drop_table("consent")
    op.drop_table("consent_text")


def _create_texts() -> None:
    op.create_table(
        "consent_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "processing",
                "host",
                "statistics",
                "other",
                name="purpose",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("host_id", sa.Integer(), nullable=True),
        sa.Column("question", DOCUMENT, nullable=False),
        sa.Column("help", DOCUMENT, nullable=True),
        sa.Column("wording", DOCUMENT, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_consent_text_edition_id")),
        sa.ForeignKeyConstraint(
            ["host_id"], ["host.id"], name=op.f("fk_consent_text_host_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_text")),
        sa.UniqueConstraint("edition_id", "key", "version", name=op.f("uq_consent_text_edition_id_key_version")),
    )
    op.create_index(op.f("ix_consent_text_edition_id"), "consent_text", ["edition_id"])
    op.create_index(op.f("ix_consent_text_host_id"), "consent_text", ["host_id"])


def _create_consents() -> None:
    people = ("given_by", "ended_by")
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column(
            "ending",
            sa.Enum(
                "withdrawn",
                "unticked",
                "application",
                "replaced",
                name="ending",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=True,
        ),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name=op.f("ck_consent_end_has_a_kind")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_consent_application_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_consent_edition_id")),
        sa.ForeignKeyConstraint(["text_id"], ["consent_text.id"], name=op.f("fk_consent_text_id")),
        *(sa.ForeignKeyConstraint([who], ["person.id"], name=op.f(f"fk_consent_{who}")) for who in people),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    for column in ("application_id", "edition_id", "given_by", "text_id"):
        op.create_index(op.f(f"ix_consent_{column}"), "consent", [column])
    op.create_index(
        "uq_consent_in_force",
        "consent",
        ["application_id", "key"],
        unique=True,
        postgresql_where=IN_FORCE,
        sqlite_where=IN_FORCE,
    )


class _Taken:
    """What is taken over: the boxes of each form, and the texts that were written so far."""

    def __init__(self) -> None:
        self.boxes: dict[int, list[dict[str, Any]]] = {}
        read = sa.text(BOXES).columns(label=DOCUMENT, help=DOCUMENT, choices=DOCUMENT)
        for form_id, question, label, hint, choices in op.get_bind().execute(read):
            self.boxes.setdefault(form_id, []).extend(
                {
                    "key": f"{question}:{choice['value']}",
                    "purpose": PURPOSES.get(question, "other"),
                    "host_id": _host(str(choice["value"])) if question == "consent_hosts" else None,
                    "question": label,
                    "help": hint,
                    "wording": choice["label"],
                    "digest": _digest([label, hint, choice["label"]]),
                }
                for choice in choices
            )
        self.hosts = set(op.get_bind().scalars(sa.text("SELECT id FROM host")))
        self.texts: dict[tuple[int, str, str], int] = {}
        self.versions: dict[tuple[int, str], int] = {}

    def portion(self, after: int) -> Iterator[dict[str, Any]]:
        """The consents of the next applications, each in the state that its revisions leave it in."""
        read = sa.text(SENT).columns(answers=DOCUMENT, sent_at=INSTANT)
        rows = op.get_bind().execute(read, {"after": after, "last": after + PORTION}).all()
        in_force: dict[tuple[int, str], dict[str, Any]] = {}
        for row in rows:
            for box in self.boxes.get(row.form_id, []):
                yield from self._step(row, box, in_force)
        withdrawn = {row.application_id: row for row in rows if row.state == "withdrawn"}
        for (application_id, _key), consent in in_force.items():
            if application_id in withdrawn:
                at = sa.text(WITHDRAWN).columns(sa.column("at", INSTANT))
                known = op.get_bind().scalar(at, {"application": application_id})
                _end(consent, known or withdrawn[application_id].sent_at, consent["given_by"], "application")
            yield consent

    def _step(
        self, row: Any, box: dict[str, Any], in_force: dict[tuple[int, str], dict[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        question, value = box["key"].split(":", 1)
        place = (row.application_id, box["key"])
        known = in_force.get(place)
        if value not in (row.answers.get(question) or []):
            if known:
                yield _end(in_force.pop(place), row.sent_at, row.sent_by, "unticked")
            return
        text = self._text(row.edition_id, box, row.sent_at)
        if known and known["text_id"] == text:
            return
        if known:
            yield _end(known, row.sent_at, row.sent_by, "replaced")
        in_force[place] = {
            "edition_id": row.edition_id,
            "application_id": row.application_id,
            "text_id": text,
            "key": box["key"],
            "revision_number": row.number,
            "given_by": row.sent_by,
            "given_at": row.sent_at,
            "ended_at": None,
            "ended_by": None,
            "ending": None,
        }

    def _text(self, edition_id: int, box: dict[str, Any], since: datetime) -> int:
        place = (edition_id, box["key"], box["digest"])
        if place not in self.texts:
            version = self.versions[place[:2]] = self.versions.get(place[:2], 0) + 1
            host_id = box["host_id"] if box["host_id"] in self.hosts else None
            values = {**box, "edition_id": edition_id, "host_id": host_id, "version": version, "since": since}
            self.texts[place] = op.get_bind().execute(TEXT.insert().values(values).returning(TEXT.c.id)).scalar_one()
        return self.texts[place]


def _end(consent: dict[str, Any], at: datetime, by: int, ending: str) -> dict[str, Any]:
    consent.update(ended_at=at, ended_by=by, ending=ending)
    return consent


def _host(value: str) -> int | None:
    start, _dash, number = value.partition("-")
    return int(number) if start == "host" and number.isdecimal() else None


def _digest(words: list[Any]) -> str:
    text = json.dumps(words, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
