"""Every address has a rule, and the table of all of them is read before it changes.

``tests/architecture/routes.txt`` is that table. After a change run the tests once with ``FUNADE_WRITE_ROUTES=1`` and
look at what git shows: a line that became more open is a decision, not an accident.
"""

import os
import re
from pathlib import Path

from flask import Flask

from accelerator.core.outbox import DECLARED, QUEUES
from workers import processes, registry, schedule

TABLE = Path(__file__).with_name("routes.txt")


def rules(app: Flask) -> list[tuple[str, str, str]]:
    return sorted(
        (rule.rule, ",".join(sorted(rule.methods - {"HEAD", "OPTIONS"})), rule.endpoint)
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.startswith("probe.")
    )


def named(predicate: object) -> str:
    module, name = getattr(predicate, "__module__", "?"), getattr(predicate, "__qualname__", "?")
    return f"{module.removeprefix('accelerator.')}.{name}"


def test_every_address_has_a_rule(app):
    assert [endpoint for _, _, endpoint in rules(app) if endpoint not in app.policies] == []


def test_every_rule_has_a_name(app):
    """A lambda could not be read in the table."""
    endpoints = {endpoint for _, _, endpoint in rules(app)}
    assert [name for name in sorted(endpoints) if "<lambda>" in named(app.policies[name].allow)] == []


def test_the_table_of_addresses_is_the_one_that_was_read(app):
    rows = [(*row, named(app.policies[row[2]].allow)) for row in rules(app)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = ["  ".join([*(row[column].ljust(widths[column]) for column in range(3)), row[3]]) for row in rows]
    if os.environ.get("FUNADE_WRITE_ROUTES") == "1":
        TABLE.write_text("\n".join(lines) + "\n")
    assert TABLE.read_text().splitlines() == lines


def test_addresses_of_an_edition_choose_it(app):
    """Whatever has an edition in its address names it so that the scope is chosen."""
    named_otherwise = re.compile(r"<(\w+:)?edition(?!_slug>)|^/editions/(?!<edition_slug>)")
    odd = [rule for rule, _, _ in rules(app) if named_otherwise.search(rule)]
    assert odd == []


def declared() -> dict[str, str]:
    return {name: job.queue for name, job in DECLARED.items() if not name.startswith("test.")}


def test_every_job_has_one_handler_and_every_handler_a_job():
    handled = [name for name in registry.HANDLERS if not name.startswith("test.")]
    assert sorted(handled) == sorted(declared())


def test_every_queue_has_a_consumer():
    assert set(declared().values()) <= set(QUEUES) <= set(processes.NAMES)


def test_every_periodic_job_is_declared():
    assert [job.name for job in schedule.EVERY if job.name not in declared()] == []
