"""The whole way of an application that is sent at the last moment: gunicorn, our worker, the application, a database.

Nothing here waits for a clock. Requests are sent while every thread is busy; then the close is put between them, so that
its minute of grace ends after the first ones and before the last; only then the threads look at any of them.
"""

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from accelerator.accounts import passwords
from accelerator.accounts.models import Person
from accelerator.core import clock, db, scope
from accelerator.intake.models import Application, ApplicationState
from accelerator.programmes.models import GRACE, Edition
from tests.factories import make_edition
from tests.factories.intake import make_complete_draft, make_form
from tests.services.web_server import Server

pytestmark = pytest.mark.service
PASSWORD = "a sentence of rain"
KEPT = passwords.hashed(PASSWORD)


@dataclass
class Founder:
    """Somebody who has signed in and stands before the button that sends."""

    application: Application
    request: tuple[bytes, bytes]

    @property
    def whole(self) -> bytes:
        """Head and body of what the button sends."""
        head, body = self.request
        return head + body


def signed_in(server: Server, person: Person, application: Application, edition: Edition) -> Founder:
    """Sign in with a password, open the page with the button, and take down what pressing it would send."""
    jar, site = CookieJar(), f"http://127.0.0.1:{server.port}"
    opener = build_opener(HTTPCookieProcessor(jar))
    path = f"/editions/{edition.slug}/my/{application.reference}"

    def token(page: str) -> str:
        found = re.search(r'name="csrf-token" content="([^"]+)"', opener.open(site + page).read().decode())
        assert found
        return found[1]

    typed = {"email": person.email, "password": PASSWORD, "csrf_token": token("/sign-in")}
    opener.open(f"{site}/sign-in", urlencode(typed).encode())
    body = urlencode({"csrf_token": token(f"{path}/check")}).encode()
    lines = (
        f"POST {path}/send HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        "Cookie: " + "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar),
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        "Connection: close",
    )
    return Founder(application, ("\r\n".join((*lines, "", "")).encode(), body))


@pytest.fixture
def server(any_database: str, tmp_path: Path) -> Iterator[Server]:
    """The whole application on the test's database."""
    yield from Server(
        tmp_path,
        "tests.services.held_application:app",
        DATABASE_URL=any_database,
        FUNADE_SECRET_KEY="k" * 40,
        REDIS_URL=f"unix://{tmp_path}/none.sock",
        FUNADE_BASE_URL="http://127.0.0.1",
    ).running()


def leads_to(connection: socket.socket) -> str:
    """The last part of the address that an answer leads on to."""
    with connection, HTTPResponse(connection) as answer:
        answer.begin()
        assert answer.status == 302
        return str(answer.headers["Location"]).rsplit("/", 1)[-1]


def end_the_grace(edition: Edition) -> datetime:
    """Close the call so long ago that its grace ends at this instant, which is returned."""
    now = clock.system_now()
    with db.transaction() as opened:
        opened.get_one(Edition, edition.id).closes_at = now - GRACE
    return now


def test_what_has_begun_to_arrive_in_time_is_sent_and_what_begins_later_is_not(server: Server) -> None:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        form = make_form(edition)
        drafts = [make_complete_draft(edition, form) for _one in range(3)]
        for draft in drafts:
            draft.applicant.password_hash = KEPT
        people = [(draft.applicant, draft) for draft in drafts]
    in_time, begun, late = (signed_in(server, person, draft, edition) for person, draft in people)
    with server.held_up():
        first, second, third = (server.opened() for _one in range(3))
        first.sendall(in_time.whole)
        second.sendall(begun.request[0][:9])
        server.has_seen_what_was_sent()
        end = end_the_grace(edition)
        second.sendall(begun.whole[9:])
        third.sendall(late.whole)
        server.has_seen_what_was_sent()
        server.let_go()
        assert [leads_to(one) for one in (first, second, third)] == ["receipt", "receipt", "check"]
    with db.reading() as opened, scope.choose(edition.scope):
        found = [opened.get_one(Application, one.application.id) for one in (in_time, begun, late)]
        sent = [one.submitted_at is not None and one.submitted_at < end for one in found]
        assert [(one.state, before) for one, before in zip(found, sent, strict=True)] == [
            (ApplicationState.SENT, True),
            (ApplicationState.SENT, True),
            (ApplicationState.DRAFT, False),
        ]
