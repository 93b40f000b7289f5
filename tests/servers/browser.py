"""Where a Chromium is, and how to start it. ``python -m tests.servers.browser`` prints its path or fails."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

DOWNLOADED = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")
"""Where Playwright puts its own, below its folder."""


def find_browser() -> Path | None:
    """The first Chromium that runs: on the PATH, else the one that Playwright downloaded."""
    on_path = [Path(found) for found in map(shutil.which, NAMES) if found]
    downloaded = [path for pattern in DOWNLOADED for path in sorted(_playwright_folder().glob(pattern), reverse=True)]
    return next((path for path in [*on_path, *downloaded] if _runs(path)), None)


def launch_arguments() -> list[str]:
    """Arguments for a quiet browser: no window, no calls home, nothing that differs between machines."""
    arguments = [
        "--headless=new",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",  # containers give /dev/shm 64 MB, too little for a full-page picture
    ]
    if os.getuid() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses root otherwise
    return arguments


def _playwright_folder() -> Path:
    chosen = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if chosen and chosen != "0":
        return Path(chosen)
    cache = "Library/Caches" if sys.platform == "darwin" else ".cache"
    return Path.home() / cache / "ms-playwright"


def _runs(path: Path) -> bool:
    """Whether all its libraries are there: a downloaded browser, or Ubuntu's stand-in for a snap, may lack them."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


if __name__ == "__main__":
    found = find_browser()
    if found is None:
        sys.exit(1)
    sys.stdout.write(f"{found}\n")
