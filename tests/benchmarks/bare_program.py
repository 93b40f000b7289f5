"""The bare page for a web server: the database and the edition come from the environment."""

import os

from accelerator.core import db
from tests.benchmarks import bare

app = bare.application(int(os.environ["BENCH_EDITION"]), db.connect(os.environ["DATABASE_URL"]))
