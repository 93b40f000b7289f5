"""``python -m workers [mail|default|reports|sweep ...]``: without names all of them, each in a process of its own."""

import logging
import sys

from accelerator.app import opened
from accelerator.core.installation import entered
from config import Settings
from workers import processes


def main(names: list[str]) -> int:
    """Run the named processes until SIGTERM; the exit status."""
    if unknown := set(names) - set(processes.NAMES):
        sys.stderr.write(f"unknown: {', '.join(sorted(unknown))}\n{__doc__}\n")
        return 2
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("weasyprint", "fontTools"):
        logging.getLogger(chatty).setLevel(logging.WARNING)  # they tell of every page and every table of a font
    settings = Settings.from_environment()
    with entered(opened(settings)):  # every child is forked in here
        processes.supervise(names or processes.NAMES, settings.redis_url, leave_with_parent=settings.demo)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
