"""HTTP, and nothing of the domain: the application class, routes that can't forget who may, headers.

A route names how its subject is loaded and who may see it: ``@feature.route(rule, load=..., allow=...)``. The view gets
the subject only after the rule passed; whoever may not know of it gets 404. A safe request reads; an unsafe one is one
transaction. ``Scoping`` is the address part that chooses an edition.
"""

import hashlib
import pkgutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar, cast

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    g,
    redirect,
    request,
    session,
    url_for,
)
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from accelerator.core import assets, clock, db, i18n, installation, requests, scope, templating

View = TypeVar("View", bound=Callable[..., Any])
Work = Callable[[], Any]
"""What a route does before its transaction opens, with no session at all."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class Policy:
    """What a route asks before its view runs."""

    allow: Callable[..., bool]
    load: Callable[..., Any] | None
    ahead: Callable[..., Work | None] | None = None


@dataclass(frozen=True)
class Scoping:
    """The address part ``argument`` chooses a scope; loaders and views get what it named as ``name``."""

    argument: str
    name: str
    load: Callable[[str], Any]
    choose: Callable[[Any], scope.Scope]


def public(actor: Any, subject: Any = None) -> bool:
    """Everybody may."""
    return True


def signed_in(actor: Any, subject: Any = None) -> bool:
    """Whoever has signed in may."""
    return actor is not None


def actor() -> Any:
    """Who makes the present request, None if nobody known."""
    if "actor" not in g:
        g.actor = _app().identify()
    return g.actor


def chosen() -> Any:
    """What the address chose (the edition), None outside of it."""
    return g.get("chosen")


class Feature(Blueprint):
    """A stage's routes. ``allow=`` has no default: a route without a policy is a TypeError at import."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.policies: dict[str, Policy] = {}

    def register(self, app: Any, options: dict[str, Any]) -> None:
        """Put routes and policies on an application, which asks no blueprint later."""
        super().register(app, options)
        app.policies.update(self.policies)

    def route(  # type: ignore[override]  # a policy is demanded that Flask's own signature does not know
        self,
        rule: str,
        *,
        allow: Callable[..., bool],
        load: Callable[..., Any] | None = None,
        ahead: Callable[..., Work | None] | None = None,
        **options: Any,
    ) -> Callable[[View], View]:
        """Declare a route; ``load(**address parts)`` finds its subject, ``allow(actor, subject)`` lets it through.

        Work that takes long is done before the transaction of an unsafe request opens: ``ahead`` is called like the
        view, after the same rule, in a session that only reads; what it returns runs when that session is over, and the
        view finds the outcome in :func:`worked_ahead`.
        """

        def declare(view: View) -> View:
            endpoint = options.pop("endpoint", None) or view.__name__
            self.policies[f"{self.name}.{endpoint}"] = Policy(allow, load, ahead and _guarded(ahead, allow, load))
            self.add_url_rule(rule, endpoint, _guarded(view, allow, load), **options)
            return view

        return declare


def feature_of(views: ModuleType) -> Feature:
    """The feature of a stage's ``views``, a file or a folder of files, with the routes of every file in place.

    A folder names its feature in ``blueprint.py``; a new file of it is found without being named anywhere.
    """
    if not hasattr(views, "__path__"):
        return cast(Feature, views.bp)
    for file in pkgutil.iter_modules(views.__path__, f"{views.__name__}."):
        import_module(file.name)
    return cast(Feature, import_module(f"{views.__name__}.blueprint").bp)


def _guarded(
    view: Callable[..., Any], allow: Callable[..., bool], load: Callable[..., Any] | None
) -> Callable[..., Any]:
    @wraps(view)
    def guarded(**parts: Any) -> Any:
        with ExitStack() as stack:
            _choose_scope(stack, parts)
            subject = load(**parts) if load else g.get("chosen")
            if load and subject is None:
                _turn_away(allow)
            permitted = allow(actor(), subject) if subject is not None else allow(actor())
            if not permitted:
                _turn_away(allow)
            return view(subject) if load else view(**parts)

    return guarded


def _choose_scope(stack: ExitStack, parts: dict[str, Any]) -> None:
    scoping = _app().scoping
    if scoping is None or scoping.argument not in parts:
        return
    subject = scoping.load(parts.pop(scoping.argument))
    if subject is None:
        abort(404)
    choice = scoping.choose(subject)
    stack.enter_context(scope.choose(choice))
    if "zone" not in session:
        i18n.use(i18n.language(), choice.zone)  # strangers read times where the programme is
    g.chosen = parts[scoping.name] = subject


def _turn_away(allow: Callable[..., bool]) -> None:
    """404 for whoever is signed in; the others are asked to sign in, and told nothing of what is there."""
    if actor() is None and allow is not public and request.method in SAFE and request.headers.get("HX-Request") is None:
        abort(redirect(url_for(_app().entrance, next=request.full_path.rstrip("?"))))
    abort(404 if actor() is not None or request.method in SAFE else 401)


class App(Flask):
    """Flask with one transaction per unsafe request and none to write in otherwise."""

    request_class = requests.CleanRequest
    jinja_environment = templating.Environment  # type: ignore[assignment]  # Flask names its own class there

    def __init__(self, name: str, here: installation.Installation, **options: Any) -> None:
        super().__init__(name, **options)
        self.installation = here
        self.policies: dict[str, Policy] = {}
        self.scoping: Scoping | None = None
        self.identify: Callable[[], Any] = lambda: None
        self.entrance = ""

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Answer a request of this installation, from its first middleware to the end of its context."""
        with installation.entered(self.installation):
            return super().__call__(environ, start_response)

    def identify_by(self, who: Callable[[], Any], *, entrance: str) -> None:
        """Name the function that tells who makes the present request, and the endpoint to sign in."""
        self.identify, self.entrance = who, entrance

    def full_dispatch_request(self) -> Response:
        """Choose language and zone first, so that refusals and error pages speak the visitor's language too."""
        known = session.get("language")
        i18n.use(
            known or request.accept_languages.best_match(list(i18n.LANGUAGES)) or i18n.DEFAULT,
            session.get("zone", "UTC"),
        )
        # Neither the wait for a thread nor that for the database's turn may cost somebody a deadline.
        with clock.arrived(requests.arrival(request.environ, self.config["ARRIVAL_HEADER"])):
            response = super().full_dispatch_request()
        if response.is_streamed and not response.direct_passthrough:
            response.response = installation.Carried(response.response)
        return response

    def dispatch_request(self) -> Any:
        """Open the session that fits the method, then run the view in it."""
        if request.method in SAFE:
            with db.reading():
                return super().dispatch_request()
        _work_ahead()
        with db.transaction():
            return super().dispatch_request()


def _app() -> App:
    return cast(App, current_app)


def _work_ahead() -> None:
    policy = _app().policies.get(request.endpoint or "")
    if policy is None or policy.ahead is None:
        return
    before = set(g)
    with db.reading():
        work = policy.ahead(**(request.view_args or {}))
    for name in set(g) - before:
        g.pop(name)  # rows of a session that is over: the view loads its own
    if work is not None:
        g.worked_ahead = work()


def worked_ahead() -> Any:
    """What the work before the present transaction came to, None if there was none to do."""
    return g.get("worked_ahead")


def briefly(operation: Callable[..., Any], *subject: Any, **values: Any) -> Any:
    """Run an operation in a transaction of its own, for work ahead: what it wrote stays whatever the view does."""
    with db.transaction():
        return operation(*subject, **values)


def configure(app: App, *, proxies: int, secure: bool, static: Path, arrival_header: str | None = None) -> None:
    """Headers, CSRF, proxies and the versioned address of static files."""
    requests.check_parts(app.url_map)
    app.config["ARRIVAL_HEADER"] = arrival_header if proxies else None  # without a proxy anybody could write it
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    CSRFProtect(app)
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_NAME="__Host-funade" if secure else "funade",
        MAX_FORM_PARTS=2000,
        WTF_CSRF_TIME_LIMIT=None,
    )
    templating.configure(app)
    _serve_assets(app, static)
    app.after_request(_protect)
    app.after_request(_lead_uploads)


def _serve_assets(app: App, folder: Path) -> None:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.*")):
        digest.update(path.read_bytes())
    present = digest.hexdigest()[:12]
    app.static_folder = str(folder)
    sheets = assets.joined(folder)

    def serve(version: str, filename: str) -> Response:
        file = _sheet(sheets[filename]) if filename in sheets else app.send_static_file(filename)
        # A page of before an update may ask for its own version: it gets the present files, and keeps none of them.
        lasting = "public, max-age=31536000, immutable"
        file.headers["Cache-Control"] = lasting if version == present else "no-cache"
        return file

    app.add_url_rule("/assets/<version>/<path:filename>", "asset", serve)
    app.policies["asset"] = Policy(public, None)
    app.jinja_env.globals["asset"] = lambda filename: f"/assets/{present}/{filename}"


def _sheet(text: str) -> Response:
    answer = Response(text, mimetype="text/css")
    answer.add_etag()
    return cast(Response, answer.make_conditional(request))


def _protect(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if wants_fragment() and (response.status_code < 300 or response.status_code == 422):
        headers["X-Fragment"] = "yes"  # what a script may put into the page: nothing that a proxy says in our name
    if not request.path.startswith("/assets/"):
        headers.setdefault("Cache-Control", "no-store")
        response.vary.add("Cookie")
    return response


def _lead_uploads(response: Response) -> Response:
    """A script that sends a file, to show how far it is, is told where to go on; following itself it would use up the
    messages that the next page shows."""
    if request.headers.get("X-Upload") and response.status_code in (302, 303) and response.location:
        response.headers["X-Location"] = response.headers.pop("Location")
        response.status_code = 204
        response.set_data(b"")
    return response


def safe_path(path: str | None) -> str | None:
    """``path`` if it is an address on this site, else None: no redirect leads away."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")):
        return None
    # Browsers drop tabs and line ends from an address, so that what is left may begin with two slashes.
    return path if all(" " < letter != "\x7f" for letter in path) else None


def render_block(template: str, block: str, **context: Any) -> str:
    """One Jinja block of a page, alone: what htmx swaps in."""
    current_app.update_template_context(context)
    page = current_app.jinja_env.get_template(template)
    return "".join(page.blocks[block](page.new_context(context)))


def held(row: db.Row) -> db.Row:
    """The row as it is; where the request may change it, locked and read anew, so that nobody saves in between."""
    return db.lock(row) if request.method == "POST" else row


def wants_fragment() -> bool:
    """Whether htmx asked, and a fragment is enough."""
    return request.headers.get("HX-Request") == "true"


def remember(key: str, value: Any) -> None:
    """Keep something small in the signed cookie, such as the choice of a language."""
    session[key] = value
