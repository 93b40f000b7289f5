"""Reports: seconds of typesetting at 17 and 100 startups, beside WeasyPrint alone on the same HTML."""

import importlib
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from accelerator.accounts.models import Role
from accelerator.app import create_app
from accelerator.core import db, i18n, paper, pdf, scope
from accelerator.core.installation import entered
from accelerator.reporting import typeset
from accelerator.reporting.queries import snapshots
from accelerator.reporting.queries.snapshots import Rendering
from tests.benchmarks.island import settings
from tests.factories import make_member
from tests.factories.reporting import make_kobe_edition, make_kobe_rows, make_report

COHORT = 17
SIZES = (17, 100)


@dataclass(frozen=True)
class Typeset:
    """One report."""

    startups: int
    pages: int
    ours: float  # CPU seconds
    alone: float


def measure() -> Iterator[Typeset]:
    """The report of the edition, then the same with its cohort repeated. Nothing where this machine has no Pango."""
    if refusal := pdf.available():
        sys.stderr.write(f"{refusal.hint}\n")
        return
    weasyprint = importlib.import_module("weasyprint")
    work = _rendering()
    typeset.typeset(work, typeset.page(work))  # fonts are found and read once per process
    for size in SIZES:
        larger = replace(work, figures=_repeated(work.figures, size))
        html = typeset.page(larger)
        ours, content = _cost(lambda larger=larger, html=html: typeset.typeset(larger, html))
        base = paper.PICTURES.resolve().as_uri() + "/"
        alone, _ = _cost(lambda html=html, base=base: weasyprint.HTML(string=html, base_url=base).write_pdf())
        yield Typeset(size, pdf.page_count(content), ours, alone)


def _rendering() -> Rendering:
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="funade-bench-"))
        stack.enter_context(entered(create_app(settings(Path(folder))).installation))
        db.Base.metadata.create_all(db.engine())
        with i18n.speaking("en", "UTC"), db.transaction():
            edition = make_kobe_edition()
            with scope.choose(edition.scope):
                make_kobe_rows(edition)
                report = make_report(edition, make_member(edition, Role.ADMIN))
                found = snapshots.rendering(report.id, edition)
        db.engine().dispose()
    if found is None:
        raise RuntimeError("there is no report to typeset")
    return found


def _repeated(value: Any, size: int) -> Any:
    """Every list with one entry for each startup, made longer by repetition."""
    if isinstance(value, dict):
        return {key: _repeated(item, size) for key, item in value.items()}
    if isinstance(value, list):
        items = [_repeated(item, size) for item in value]
        return list(islice(cycle(items), size)) if len(items) == COHORT else items
    return value


def _cost(work: Any) -> tuple[float, Any]:
    begun = time.process_time()
    result = work()
    return time.process_time() - begun, result
