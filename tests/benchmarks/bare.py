"""The measure of all pages: the same fifty rows through as little Flask, SQLAlchemy and Jinja as people write.

Fifty mapped rows with their sector joined, a count and the edition: what a tutorial's list page does.
"""

from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, joinedload

from accelerator.core import db, scope
from accelerator.intake.models import Application
from accelerator.programmes.models import Edition

PAGE = """<!doctype html><html lang="en"><head><title>{{ edition.slug }}</title></head><body><h1>{{ count }} applications</h1>
<table><thead><tr><th>Reference</th><th>Name</th><th>One line</th><th>Country</th><th>City</th><th>Stage</th><th>Sent</th>
<th>Sector</th></tr></thead><tbody>
{% for row in rows %}<tr><td>{{ row.reference }}</td><td>{{ row.name }}</td><td>{{ row.one_line }}</td>
<td>{{ row.country }}</td><td>{{ row.city }}</td><td>{{ row.stage }}</td><td>{{ row.submitted_at }}</td>
<td>{{ row.sector.key }}</td></tr>{% endfor %}</tbody></table></body></html>"""


def client(edition_id: int) -> FlaskClient:
    """A browser of the bare application, on the database of the present installation."""
    return application(edition_id, db.engine()).test_client()


def application(edition_id: int, engine: Engine) -> Flask:
    """The bare application."""
    app = Flask("bare")

    @app.get("/")
    def page() -> str:
        mine = Application.edition_id == edition_id
        with Session(engine) as session, scope.everywhere():
            edition = session.get_one(Edition, edition_id)
            count = session.scalar(select(func.count(Application.id)).where(mine))
            listed = select(Application).options(joinedload(Application.sector)).where(mine)
            rows = session.scalars(listed.order_by(Application.submitted_at.desc(), Application.id).limit(50)).all()
            return render_template_string(PAGE, edition=edition, count=count, rows=rows)

    return app
