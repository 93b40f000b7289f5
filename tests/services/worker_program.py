"""``python -m tests.services.worker_program``: the real workers, with the tests' own jobs beside the stages'."""

import sys

from tests.services import worker_jobs
from workers.__main__ import main

__all__ = ["worker_jobs"]

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
