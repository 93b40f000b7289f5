"""A visitor of the application under test."""

import re
from typing import Any

from flask.sessions import SecureCookieSessionInterface
from werkzeug.test import TestResponse

from accelerator.accounts.models import Person, SignIn
from accelerator.accounts.tokens import digest, new_token
from accelerator.core import clock, db
from accelerator.core.web import App

TAG = re.compile(r"<[a-zA-Z/][^<>]*>")


def compact(page: str) -> str:
    """The page without the line breaks and indentation of its templates, so that tests ask for what it says."""
    page = TAG.sub(lambda tag: re.sub(r"\s+", " ", re.sub(r"\s+(?=/?>$)", "", tag.group())), page)
    page = re.sub(r"(?:\s*\n\s*|  +)(?=<)|(?<=>)(?:\s*\n\s*|  +)", "", page)
    return re.sub(r"\n +|   +", " ", page)


class Compact:
    """An answer whose text is compact where it is a page; its bytes stay as they are."""

    def get_data(self, as_text: bool = False) -> bytes | str:
        given = super().get_data(as_text)  # type: ignore[misc]
        return compact(given) if as_text and self.mimetype == "text/html" else given  # type: ignore[attr-defined]


class Browser:
    """Flask's test client with CSRF tokens handled as a browser would."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.client = app.test_client()
        wrapper = self.client.response_wrapper
        self.client.response_wrapper = type("Page", (Compact, wrapper), {})
        self._token: tuple[str, str] | None = None  # what the cookie says, and the token that pages carry with it

    def sign_in(self, person: Person) -> "Browser":
        """Become ``person`` by a real sign-in row. Call outside of a transaction."""
        token, now = new_token(), clock.system_now()
        with db.transaction():
            db.add(
                SignIn(
                    person_id=person.id,
                    token_hash=digest(token),
                    agent="test",
                    network="127.0.0.1",
                    started_at=now,
                    seen_at=now,
                    expires_at=now.replace(year=now.year + 1),
                )
            )
        with self.client.session_transaction() as cookie:
            cookie["_user_id"], cookie["language"], cookie["zone"] = token, person.language, person.zone
        return self

    def get(self, path: str, **options: Any) -> TestResponse:
        """A safe request."""
        return self.client.get(path, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """An unsafe request with a CSRF token taken from a page."""
        return self.client.post(path, data={**(data or {}), "csrf_token": self.csrf_token()}, **options)

    def post_text(self, path: str, text: str, kind: str = "application/json", **options: Any) -> TestResponse:
        """An unsafe request with a body that is no form."""
        headers = {"X-CSRFToken": self.csrf_token()}
        return self.client.post(path, data=text, content_type=kind, headers=headers, **options)

    def csrf_token(self) -> str:
        """What a form of a page carries at present."""
        if self._token is None or self._token[0] != self._secret():
            page = self.client.get("/sign-in")
            shown = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
            assert shown, "every page carries a CSRF token"
            self._token = self._secret(), shown.group(1)
        return self._token[1]

    def _secret(self) -> str:
        """What the cookie holds for the token: a new one at every sign-in and sign-out."""
        cookie = self.client.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        serializer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert serializer is not None
        return str(serializer.loads(cookie.value).get("csrf_token", "")) if cookie else ""
