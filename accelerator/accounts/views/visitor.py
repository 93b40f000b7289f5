"""Who makes the present request: Flask-Login holds the token of a sign-in row, never the person's id."""

from flask import abort, request
from flask import session as cookie
from flask_login import LoginManager, current_user, login_user, logout_user

from accelerator.accounts import queries
from accelerator.accounts.models import Person
from accelerator.accounts.operations import sign_ins
from accelerator.accounts.places import network_of
from accelerator.core import db, installation, web
from config import Settings


class Visitor:
    """What Flask-Login keeps: a token, and the person behind it."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, token: str, person: Person, sign_in_id: int) -> None:
        self.token = token
        self.person = person
        self.sign_in_id = sign_in_id

    def get_id(self) -> str:
        """The random token of this sign-in."""
        return self.token


def _load(token: str) -> Visitor | None:
    if not db.is_open():
        # An address that leads nowhere gets its error page without a view, hence without a session.
        with db.reading():
            return _load(token)
    sign_in = queries.live_sign_in(token)
    if sign_in is None:
        return None
    if db.is_writing():
        sign_ins.prolong(sign_in)
    return Visitor(token, sign_in.person, sign_in.id)


def current_person() -> Person | None:
    """Who makes the present request, None if nobody has signed in."""
    return current_user.person if current_user.is_authenticated else None


def signed_in_person() -> Person:
    """Who acts, where the route's rule lets nobody through who has not signed in."""
    person = current_person()
    return person if person is not None else abort(401)


def this_place() -> str:
    """The network that the present request comes from."""
    return network_of(request.remote_addr)


def this_agent() -> str:
    """What the browser calls itself."""
    return request.user_agent.string[:200]


def settings() -> Settings:
    """How this installation runs."""
    return installation.current().settings


def next_path() -> str | None:
    """Where the form or the address says to go on; never away from this site."""
    path = request.values.get("next")
    if path and ("\\" in path or any(ord(letter) < 33 or ord(letter) == 127 for letter in path)):
        return None  # browsers drop such letters or read them as slashes
    return web.safe_path(path)


def current_sign_in_id() -> int | None:
    """The sign-in of the present request."""
    return current_user.sign_in_id if current_user.is_authenticated else None


def admit(token: str, person: Person, sign_in_id: int) -> None:
    """Put a new sign-in into the browser's cookie; whatever the cookie held for a stranger is dropped."""
    cookie.clear()
    login_user(Visitor(token, person, sign_in_id))
    speak_as(person)


def speak_as(person: Person) -> None:
    """Take over a person's language and zone into the cookie, where every request finds them without a query."""
    cookie["language"], cookie["zone"] = person.language, person.zone


def dismiss() -> None:
    """Forget who this browser was."""
    logout_user()
    cookie.clear()


def connect(app: web.App) -> None:
    """Wire Flask-Login and the web core to our sign-in rows."""
    manager = LoginManager()
    manager.session_protection = None  # addresses of phones change; the row itself can be ended from anywhere
    manager.user_loader(_load)
    manager.init_app(app)
    app.identify_by(current_person, entrance="accounts.sign_in")
