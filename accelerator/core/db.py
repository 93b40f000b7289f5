"""Sessions and transactions. The only ``commit()`` of the code base is in :func:`transaction`."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, ClassVar, TypeVar, cast

from sqlalchemy import JSON, DateTime, Dialect, Engine, Enum, MetaData, create_engine, event, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from accelerator.core import installation
from accelerator.core.lives import Life

log = logging.getLogger(__name__)
Row = TypeVar("Row", bound="Base")
Value = TypeVar("Value")

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive values, stores UTC, returns UTC: plain DateTime loses the zone on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What a column of this type holds."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert an aware instant to what the database stores."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give an instant of the database back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Document = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Base(DeclarativeBase):
    """All tables; constraint names follow one convention so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMING)
    __life__: ClassVar[Life]  # how long rows stay; every table says so
    type_annotation_map = {
        datetime: UtcDateTime(),
        dict[str, Any]: Document,
        list[Any]: Document,
        dict[str, str]: Document,
    }


def one_of(choices: type[StrEnum], name: str = "") -> Enum:
    """The column type of a state or choice: text with a CHECK constraint, so a new value needs only a migration.

    ``name`` tells apart the constraints of two columns of one table that share their choices.
    """
    return Enum(
        choices,
        native_enum=False,
        length=40,
        create_constraint=True,
        name=name or choices.__name__.lower(),
        values_callable=lambda kind: [member.value for member in kind],
    )


POSTGRES_PATIENCE = {"connect_timeout": 10, "keepalives_idle": 30, "tcp_user_timeout": 30000}  # seconds, and ms

_current: ContextVar[Session | None] = ContextVar("session", default=None)


def connect(url: str) -> Engine:
    """Open an engine for ``url``; whose database it is, ``core.installation`` says."""
    sqlite = url.startswith("sqlite")
    options: dict[str, Any] = (
        {"connect_args": {"timeout": 30}} if sqlite else {"pool_pre_ping": True, "connect_args": POSTGRES_PATIENCE}
    )
    # Without the parameters, because an error's text goes to the log and they are what people typed.
    opened = create_engine(url, hide_parameters=True, **options)
    if sqlite:
        event.listen(opened, "connect", _prepare_sqlite)
        event.listen(opened, "begin", _begin_sqlite)
    else:
        event.listen(opened, "connect", _prepare_postgres)
    return opened


def engine() -> Engine:
    """The engine of the present installation."""
    return installation.current().engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transactions do not isolate a read from the write after it: 92 lost updates in four seconds.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if writes is False else 'OFF'}")
    # Writers queue up at the start; a deferred transaction fails with "database is locked" in the middle.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _prepare_postgres(connection: Any, _record: object) -> None:
    autocommit, connection.autocommit = connection.autocommit, True
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off")  # compiling took 10.6 of the 11.8 seconds of a peer's ranking query
        cursor.execute("SET lock_timeout = '10s'")
    connection.autocommit = autocommit


def session() -> Session:
    """The session of the present request, job or command."""
    current = _current.get()
    if current is None:
        raise RuntimeError("no transaction is open here")
    return current


def is_open() -> bool:
    """Whether a session is open in this context."""
    return _current.get() is not None


def is_writing() -> bool:
    """Whether a transaction that may write is open in this context."""
    current = _current.get()
    return current is not None and bool(current.info["writes"])


def remembered(key: tuple[Any, ...], read: Callable[[], Value]) -> Value:
    """What ``read`` gives, asked once in a session that only reads; one that writes asks every time, for it may differ."""
    opened = session()
    if opened.info["writes"]:
        return read()
    known: dict[tuple[Any, ...], Any] = opened.info.setdefault("remembered", {})
    if key not in known:
        known[key] = read()
    return cast(Value, known[key])


@contextmanager
def _opened(*, writes: bool) -> Iterator[Session]:
    # The database itself refuses to write while reading: the guard below sees only what passes through the session.
    bind = engine().execution_options(writes=writes, postgresql_readonly=not writes)
    with Session(bind, expire_on_commit=False, info={"writes": writes, "after_commit": []}) as opened:
        token = _current.set(opened)
        try:
            yield opened
        finally:
            _current.reset(token)


@contextmanager
def reading() -> Iterator[Session]:
    """A session that may only read; a flush in it is a fault of the program."""
    with _opened(writes=False) as opened:
        yield opened


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of work: commits when the block returns, rolls back when it raises, then runs the after-commit calls."""
    if is_writing():
        raise RuntimeError("transactions do not nest")
    with _opened(writes=True) as opened:
        yield opened
        opened.commit()
    for call in opened.info["after_commit"]:
        try:
            call()
        except Exception:
            # What is committed stays true, so the caller must not be told that it failed.
            log.exception("A call after the commit failed")


def after_commit(call: Callable[[], object]) -> None:
    """Run ``call`` once the present transaction has been committed, and never if it is rolled back."""
    session().info["after_commit"].append(call)


@event.listens_for(Session, "before_flush")
def _refuse_writes_while_reading(opened: Session, *_: object) -> None:
    changed = opened.new or opened.deleted or any(opened.is_modified(row) for row in opened.dirty)
    if changed and not opened.info.get("writes", True):
        raise RuntimeError("a safe request or a reading block must not write")


def add(row: Row) -> Row:
    """Store a new row and give it its id."""
    session().add(row)
    session().flush()
    return row


def lock(row: Row) -> Row:
    """Lock ``row`` until the transaction ends and reload it: whoever counts rows in order to decide does this first."""
    session().flush()
    # Of this table alone: PostgreSQL locks no row on the optional side of a join that the loading may bring along.
    session().refresh(row, with_for_update={"of": type(row)})
    return row


def take_turns(*keys: str) -> None:
    """Let nobody else who names one of ``keys`` go on before this transaction ends: for counts without a row to lock.

    On SQLite a transaction that writes is alone from its start.
    """
    opened = session()
    if opened.get_bind().dialect.name == "sqlite":
        return
    # In one order for everybody, so that two that name the same keys don't wait for each other.
    for number in sorted(int.from_bytes(sha256(key.encode()).digest()[:8], signed=True) for key in keys):
        opened.execute(select(func.pg_advisory_xact_lock(number)))


def changes_of(row: Base, values: Mapping[str, object]) -> dict[str, Any]:
    """Set ``values`` on ``row`` and return what changed, as ``{name: [before, after]}``."""
    changed: dict[str, Any] = {}
    for name, after in values.items():
        before = getattr(row, name)
        if before != after:
            changed[name] = [cast(object, before), after]
            setattr(row, name, after)
    return changed
