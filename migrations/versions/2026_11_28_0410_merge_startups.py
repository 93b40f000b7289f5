"""Records of one firm: what they are found by, merges that can be undone, and who said why that two are two firms."""

import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "twins1"
down_revision: str | None = "applicant1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
HELD = sa.text("state <> 'withdrawn'")
ONCE = "uq_application_edition_id_startup_id"
KINDS = ("number", "host", "founder", "name", "mail")
# How the program compared records when this was written: a migration must not need the program of tomorrow.
FORMS = re.compile(
    r"\b(inc|incorporated|ltd|limited|llc|llp|plc|corp|corporation|co|company|gmbh|ag|ou|oy|ab|as|sa|sas|sarl|srl|spa|bv|nv|"
    r"pte|pvt|pty|jsc|joint stock|kk|k k|gk|g k)\b"
    r"|株式会社|合同会社|有限会社|合資会社|合名会社|(一般|公益)(社団|財団)法人|特定非営利活動法人|npo法人|[(（][株有同][)）]"
)
SHARED_HOSTS = frozenset(re.findall(r"\S+", """
    amebaownd.com apps.apple.com bit.ly bitbucket.org blogspot.com canva.site carrd.co crunchbase.com facebook.com
    firebaseapp.com framer.website github.com github.io gitlab.com gitlab.io goope.jp google.com heroku.com herokuapp.com
    hp.peraichi.com instagram.com jimdo.com jimdofree.com jimdosite.com linkedin.com linktr.ee lit.link medium.com
    netlify.app note.com note.mu notion.com notion.site notion.so onrender.com pages.dev peraichi.com play.google.com
    prtimes.jp sites.google.com square.site stores.jp strikingly.com studio.site substack.com t.me thebase.in tiktok.com
    tumblr.com twitter.com vercel.app wantedly.com web.app webflow.io weebly.com wix.com wixsite.com wixstudio.com
    wordpress.com x.com youtube.com
    """))
"""Where many firms have a page: what one of these addresses says tells nothing of the firm."""

FREE_MAIL = frozenset(re.findall(r"\S+", """
    126.com 163.com aol.com au.com docomo.ne.jp ezweb.ne.jp fastmail.com foxmail.com gmail.com gmx.at gmx.com gmx.de
    gmx.net googlemail.com hey.com hotmail.co.jp hotmail.com hotmail.co.uk i.softbank.jp icloud.com live.com live.jp
    mac.com mail.com mail.ru me.com msn.com naver.com nifty.com outlook.com outlook.jp pm.me proton.me protonmail.com
    qq.com rediffmail.com softbank.ne.jp tuta.io tutanota.com web.de yahoo.co.in yahoo.co.jp yahoo.com yahoo.co.uk
    yahoo.de yahoo.fr yandex.com yandex.ru ybb.ne.jp ymail.com zoho.com
    """))
"""Where anybody has an address."""

SECOND_LEVEL = frozenset(re.findall(r"\S+", "ac ad asn biz co com ed edu firm gen go gob gouv gov gr id ind info lg ltd me mil ne net or org"))
"""What stands before a country's own part where names are given below it: ``co.jp``, ``com.au``, ``or.kr``."""

EXAMPLES = frozenset({"example.com", "example.net", "example.org"})
"""Nobody's: a name below them stands for one that somebody registered (RFC 2606)."""


def name_key(name: str) -> str:
    """A name without case, accents, width, punctuation and the form of the company; empty if nothing else is there."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter) or letter in "\u3099\u309a")
    plain = FORMS.sub(" ", unicodedata.normalize("NFKC", plain))
    return re.sub(r"[\W_]+", "", FORMS.sub(" ", re.sub(r"[\W_]+", " ", plain)))


def domain_of(host: str) -> str:
    """The part of a host name that its owner registered; empty for no name, and for hosts that many firms share.

    Countries that give names below a second level are known by that level (``SECOND_LEVEL``), not by a list of all."""
    labels = host.casefold().strip(".").split(".")
    if len(labels) < 2 or labels[-1].isdigit() or any(".".join(labels[n:]) in SHARED_HOSTS for n in range(len(labels))):
        return ""
    below = (len(labels[-1]) == 2 and labels[-2] in SECOND_LEVEL) or ".".join(labels[-2:]) in EXAMPLES
    return ".".join(labels[-3:]) if below and len(labels) > 2 else "" if below else ".".join(labels[-2:])


def host_key(address: str | None) -> str:
    """The registered domain of a website; see :func:`domain_of`."""
    try:
        return domain_of(urlsplit(address or "").hostname or "")
    except ValueError:
        return ""


def mail_key(address: str | None) -> str:
    """The registered domain of an e-mail address; empty where anybody can have one."""
    host = (address or "").rpartition("@")[2].casefold()
    domain = domain_of(host)
    return "" if {host, domain} & FREE_MAIL else domain


def upgrade() -> None:
    """Add the tables, let a withdrawn application stand beside the one that counts, and store every record's keys."""
    with op.batch_alter_table("startup") as batch:
        batch.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_startup_merged_into_id"), "startup", ["merged_into_id"], ["id"])
    op.create_index(op.f("ix_startup_merged_into_id"), "startup", ["merged_into_id"])
    with op.batch_alter_table("distinct_startups") as batch:
        batch.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("distinct_startups") as batch:
        batch.alter_column("reason", server_default=None)
    with op.batch_alter_table("application") as batch:
        batch.drop_constraint(op.f(ONCE), type_="unique")
    op.create_index(
        "uq_application_startup",
        "application",
        ["edition_id", "startup_id"],
        unique=True,
        postgresql_where=HELD,
        sqlite_where=HELD,
    )
    _create_tables()
    _store_keys(op.get_bind())


def _create_tables() -> None:
    op.create_table(
        "startup_key",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("value", sa.String(254), nullable=False),
        sa.Column("startup_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_startup_key_keykind")),
        sa.ForeignKeyConstraint(["startup_id"], ["startup.id"], name=op.f("fk_startup_key_startup_id")),
        sa.PrimaryKeyConstraint("kind", "value", "startup_id", name=op.f("pk_startup_key")),
    )
    op.create_index(op.f("ix_startup_key_startup_id"), "startup_key", ["startup_id"])
    op.create_table(
        "startup_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=False),
        sa.Column("merged_by", sa.Integer(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_aside", DOCUMENT, nullable=False),
        sa.Column("standing", DOCUMENT, nullable=False),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kept_id <> gone_id", name=op.f("ck_startup_merge_two_records")),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_by IS NULL)", name=op.f("ck_startup_merge_undone_by_somebody")
        ),
        sa.ForeignKeyConstraint(["kept_id"], ["startup.id"], name=op.f("fk_startup_merge_kept_id")),
        sa.ForeignKeyConstraint(["gone_id"], ["startup.id"], name=op.f("fk_startup_merge_gone_id")),
        sa.ForeignKeyConstraint(["merged_by"], ["person.id"], name=op.f("fk_startup_merge_merged_by")),
        sa.ForeignKeyConstraint(["undone_by"], ["person.id"], name=op.f("fk_startup_merge_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_startup_merge")),
    )
    for column in ("kept_id", "gone_id"):
        op.create_index(op.f(f"ix_startup_merge_{column}"), "startup_merge", [column])
    op.create_table(
        "startup_merge_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("merge_id", sa.Integer(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("table_name", sa.String(60), nullable=False),
        sa.Column("row_key", DOCUMENT, nullable=False),
        sa.Column("before", DOCUMENT, nullable=True),
        sa.Column("after", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(["merge_id"], ["startup_merge.id"], name=op.f("fk_startup_merge_row_merge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_startup_merge_row")),
    )
    op.create_index(op.f("ix_startup_merge_row_merge_id"), "startup_merge_row", ["merge_id"])


def _store_keys(connection: sa.Connection) -> None:
    """The keys of every record that is there, in pieces."""
    keys: set[tuple[str, str, int]] = set()
    for startup_id, name, native_name, website in connection.execute(
        sa.text("SELECT id, name, native_name, website FROM startup")
    ):
        keys |= {("name", name_key(text), startup_id) for text in (name, native_name) if text}
        keys.add(("host", host_key(website), startup_id))
    for startup_id, email, person_id in connection.execute(sa.text("SELECT startup_id, email, person_id FROM founder")):
        keys.add(("founder", (email or "")[:254], startup_id))
        keys.add(("mail", mail_key(email), startup_id))
        keys.add(("founder", f"#{person_id}" if person_id else "", startup_id))
    sent = sa.text("""
        SELECT a.startup_id, r.answers FROM application a
        JOIN revision r ON r.application_id = a.id AND r.number = a.revision_number
    """)
    for startup_id, stored in connection.execute(sent):
        answers = json.loads(stored) if isinstance(stored, str) else stored or {}
        number = answers.get("corporate_number") if isinstance(answers, dict) else None
        keys.add(("number", number[:254] if isinstance(number, str) else "", startup_id))
    table = sa.table("startup_key", sa.column("kind"), sa.column("value"), sa.column("startup_id"))
    values = [{"kind": kind, "value": value, "startup_id": key} for kind, value, key in sorted(keys) if value]
    for start in range(0, len(values), 1000):
        connection.execute(table.insert(), values[start : start + 1000])


def downgrade() -> None:
    """Take them away. The older program holds one application of a record in an edition, so of two that were merged the
    withdrawn one goes back to the record that it came from, which is one of its own then.
    """
    connection = op.get_bind()
    for application_id, gone_id, slug in connection.execute(_split()).all():
        connection.execute(
            sa.text("UPDATE application SET startup_id = :gone WHERE id = :id"), {"gone": gone_id, "id": application_id}
        )
        connection.execute(sa.text("DELETE FROM startup_alias WHERE slug = :slug"), {"slug": slug})
    # What has been merged stays so; its record keeps no address part that leads to the one that stayed.
    op.execute("""
        UPDATE startup SET slug = slug || '~' || id
        WHERE merged_into_id IS NOT NULL AND slug IN (SELECT slug FROM startup_alias)
    """)
    for table in ("startup_merge_row", "startup_merge", "startup_key"):
        op.drop_table(table)
    op.drop_index("uq_application_startup", "application")
    with op.batch_alter_table("application") as batch:
        batch.create_unique_constraint(op.f(ONCE), ["edition_id", "startup_id"])
    with op.batch_alter_table("distinct_startups") as batch:
        batch.drop_column("reason")
    op.drop_index(op.f("ix_startup_merged_into_id"), "startup")
    with op.batch_alter_table("startup") as batch:
        batch.drop_constraint(op.f("fk_startup_merged_into_id"), type_="foreignkey")
        batch.drop_column("merged_into_id")


def _split() -> Any:
    """``(application, record that it came from, its address part)`` of the withdrawn ones that would be a second one.

    Each second one came with a record of its own, so there are as many of these as of those.
    """
    return sa.text("""
        SELECT a.id, s.id, s.slug FROM application a
        JOIN (
            SELECT edition_id, startup_id, MAX(CASE WHEN state <> 'withdrawn' THEN id END) AS counts, MIN(id) AS first_id
            FROM application GROUP BY edition_id, startup_id HAVING COUNT(*) > 1
        ) twice ON twice.edition_id = a.edition_id AND twice.startup_id = a.startup_id
        JOIN startup s ON s.merged_into_id = a.startup_id
        WHERE a.id <> COALESCE(twice.counts, twice.first_id)
        AND (SELECT COUNT(*) FROM application b WHERE b.edition_id = a.edition_id AND b.startup_id = a.startup_id
             AND b.id < a.id AND b.id <> COALESCE(twice.counts, twice.first_id))
          = (SELECT COUNT(*) FROM startup t WHERE t.merged_into_id = s.merged_into_id AND t.id < s.id)
    """)
