"""What a web worker keeps in memory: nothing that only jobs and commands work with."""

import subprocess
import sys

from config import ROOT

HEAVY = ("weasyprint", "fontTools", "numpy", "scipy", "highspy", "alembic", "accelerator.demo_edition")
PROGRAM = f"""
import sys
import accelerator.app
import accelerator.core.web_worker
from accelerator import lifecycle
from accelerator.core import web
for stage in lifecycle.STAGES:
    web.feature_of(stage)
assert "accelerator.intake.operations.indexing" in sys.modules  # it hears of what is written, and is found by
print([name for name in {HEAVY!r} if name in sys.modules])
"""


def test_a_web_worker_imports_no_solver_and_no_typesetter() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_each_command_is_found_by_its_name(app) -> None:
    runner = app.test_cli_runner()
    for name in app.cli.list_commands(None):
        assert runner.invoke(args=[name, "--help"]).exit_code == 0
    assert runner.invoke(args=["nothing"]).exit_code == 2
