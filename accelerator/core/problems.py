"""Error pages: what a person reads when an operation said no, an address leads nowhere, or something broke."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from flask import Response, current_app, flash, g, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError

from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.core.web import App, safe_path


def explain(app: App) -> None:
    """Give ``app`` a page for everything that goes wrong."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _problem)
    app.register_error_handler(CSRFError, _stale)
    for fault in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(fault, _without_database)
    if not app.testing and not app.debug:
        app.register_error_handler(Exception, _fault)


def _refused(refusal: Refused) -> Any:
    """An operation said no outside a form: say so on the page that the person came from."""
    back = safe_path(request.referrer and request.referrer.removeprefix(request.host_url.rstrip("/")))
    if back and request.headers.get("HX-Request") is None:
        for problem in (refusal, *refusal.also):
            flash(problem.message, "bad")
        return redirect(back)
    text = " ".join(problem.message for problem in (refusal, *refusal.also))
    return render_template("errors/problem.html", title=_("That can't be done"), text=text), 409


NOT_FOUND = (
    lazy("Not found"),
    lazy("This page doesn't exist, or you don't have access to it. Check the link, or sign in with another account."),
)
PROBLEMS: Mapping[int, tuple[Any, Any]] = {
    401: (lazy("Sign in first"), lazy("You need to sign in to see this page.")),
    404: NOT_FOUND,
    405: NOT_FOUND,
    413: (lazy("Too large"), lazy("The file is larger than 20 MB. Choose a smaller one; nothing else was lost.")),
    429: (lazy("Too many attempts"), lazy("Wait a few minutes, then try again. Your account is not locked.")),
    503: (
        lazy("Too busy"),
        lazy("The site is very busy right now. Everything you saved is safe. Try again in a minute."),
    ),
}


def _problem(error: HTTPException) -> Any:
    if error.response is not None:
        return error.response
    if isinstance(error, SecurityError):
        # A host that is not ours has no addresses, so a page with links could not be drawn.
        return Response(error.description, 400, mimetype="text/plain")
    code = error.code or 500
    unreadable = (_("That did not work"), _("We couldn't read that request. Go back and try again."))
    title, text = PROBLEMS.get(code, unreadable)
    headers = {"Retry-After": str(RETRY_AFTER)} if code == 503 else {}
    return render_template("errors/problem.html", title=title, text=text), code, headers


def _stale(error: CSRFError) -> Any:
    text = _("This page was open too long or cookies are off. Go back, reload the page, and send it again.")
    return render_template("errors/problem.html", title=_("Send it again"), text=text), 400


RETRY_AFTER = 30  # seconds
PASSING = ("locked", "unable to open", "full", "disk I/O")  # what SQLite says when it may be well again soon
NO_DATABASE = lazy("We can't reach the database right now. Everything you saved is safe. Try again in a minute.")


def _without_database(error: Exception) -> Any:
    """The database is away, full or too busy: nothing was written, and the same request may succeed soon."""
    cause = getattr(error, "orig", None)
    if isinstance(cause, sqlite3.OperationalError) and not any(words in str(cause) for words in PASSING):
        return _fault(error)  # SQLite also calls it so when tables are missing, which no waiting mends
    current_app.logger.error("%s %s: no database (%s)", request.method, request.endpoint, type(error).__name__)
    g.actor, g._login_user = None, None  # who asks can't be looked up either
    g.pop("chosen", None)
    page = render_template("errors/problem.html", title=_("Try again in a minute"), text=NO_DATABASE)
    return page, 503, {"Retry-After": str(RETRY_AFTER)}


def _fault(error: Exception) -> Any:
    """Something broke: the log gets the trace, the person gets a page without detail."""
    current_app.logger.exception("%s %s failed", request.method, request.endpoint)
    text = _(
        "Something went wrong on our side, and we've logged it. Everything you saved is safe. Try again in a minute."
    )
    return render_template("errors/problem.html", title=_("That did not work"), text=text), 500
