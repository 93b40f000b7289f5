"""Waking the workers by Redis, which may be away."""

import json
import zlib
from types import SimpleNamespace

import pytest
from redis import Redis

from accelerator.core import db, outbox
from accelerator.core.errors import Refused
from accelerator.core.outbox import ENTRY_POINT, Job
from tests.servers.valkey import Valkey
from tests.services.installations import having


@pytest.fixture
def work(monkeypatch):
    monkeypatch.setattr(outbox, "DECLARED", {})
    return Job("test.work")


@pytest.fixture
def valkey(app):
    with Valkey() as server, having(redis=outbox.connect(server.url), redis_away_until=0.0):
        yield server


def waiting(server: Valkey) -> list[str]:
    with Redis.from_url(server.url) as client:
        return [entry.decode() for entry in client.lrange("rq:queue:default", 0, -1)]


@pytest.mark.service
class TestWithRedis:
    def test_comes_after_the_commit(self, work, valkey):
        with db.transaction():
            job_id = outbox.enqueue(work)
            assert waiting(valkey) == []
        assert waiting(valkey) == [f"{job_id}-0"]

    def test_does_not_come_after_a_rollback(self, work, valkey):
        with pytest.raises(Refused), db.transaction():
            outbox.enqueue(work)
            raise Refused("No.")
        assert waiting(valkey) == []

    def test_twice_is_once(self, work, valkey):
        assert (outbox.nudge("a" * 32, "default"), outbox.nudge("a" * 32, "default")) == (True, True)
        assert waiting(valkey) == ["a" * 32 + "-0"]

    def test_carries_the_entry_point_and_the_id_as_json_and_nothing_else(self, work, valkey):
        with db.transaction():
            job_id = outbox.enqueue(work, application_id=4711)
        with Redis.from_url(valkey.url) as client:
            data = zlib.decompress(client.hget(f"rq:job:{job_id}-0", "data"))
        assert json.loads(data) == [ENTRY_POINT, None, [job_id], {}]


class TestWithoutRedis:
    def test_the_row_stays_and_nobody_is_kept_waiting(self, app, work, caplog, monkeypatch):
        monkeypatch.setattr(app.installation, "redis_away_until", 0.0)
        monkeypatch.setattr(outbox, "time", SimpleNamespace(monotonic=lambda: 7.0))  # all of it within one second
        with db.transaction() as session:
            ids = [outbox.enqueue(work) for _ in range(50)]
        with db.reading() as session:
            assert sorted(session.scalars(outbox.select(outbox.JobRow.id))) == sorted(ids)
        # One warning: the others of the transaction did not even try.
        assert [record.getMessage() for record in caplog.records] == [
            f"Redis is away (ConnectionError); the sweep will push job {ids[0]}"
        ]
