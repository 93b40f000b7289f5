"""Fetch Pango into the virtual environment where the system has none, without root: Debian and Ubuntu only.

WeasyPrint needs it to typeset reports. Everything else works without, so whatever fails here is told and ends well.
"""

import os
import runpy
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(sys.prefix) / "pango"
PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
ADVICE = """Pango is missing, so PDF reports are off (everything else works). To have them, install it and start again:
  Debian, Ubuntu: sudo apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
  Fedora: sudo dnf install pango        macOS: brew install pango"""
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts</dir><dir prefix="xdg">fonts</dir>
<cachedir prefix="xdg">fontconfig</cachedir></fontconfig>
"""

# The module alone: importing the package would start the whole program, which installation must not depend on.
loads_pango = runpy.run_path(str(ROOT / "accelerator/core/embedded.py"))["load_pango"]


def apt(*arguments: str, cwd: Path) -> str:
    """Run apt-get with lists and cache of its own below ``cwd`` if there, else the system's; return what it prints."""
    own = cwd / "apt"
    state = [f"-oDir::State::Lists={own}", f"-oDir::Cache={own}", "-oDebug::NoLocking=1"] if own.is_dir() else []
    command = ["apt-get", "-oAPT::Sandbox::User=root", *state, *arguments]
    return subprocess.run(command, cwd=cwd, check=True, text=True, capture_output=True, timeout=300).stdout


def missing_packages(cwd: Path) -> list[str]:
    """The libraries behind Pango that this system lacks; data packages (fonts, settings) are not needed."""
    nothing = cwd / "status"
    nothing.touch()
    # Planned as if nothing were installed, because apt refuses to plan on a system with unmet dependencies.
    simulated = ("install", f"-oDir::State::status={nothing}", "--simulate", "--no-install-recommends")
    plan = apt(*simulated, *PACKAGES, cwd=cwd).splitlines()
    libraries = {line.split()[1].partition(":")[0] for line in plan if line.startswith("Inst lib")}
    query = ["dpkg-query", "--show", "--showformat=${db:Status-Status} ${Package}\n"]
    known = subprocess.run(query, check=True, text=True, capture_output=True).stdout.splitlines()
    return sorted(libraries - {line.split()[1] for line in known if line.startswith("installed ")})


def fetch(cwd: Path) -> None:
    """Download the missing packages into ``cwd`` and unpack them into the virtual environment."""
    try:
        names = missing_packages(cwd)
    except subprocess.CalledProcessError:
        # Fresh container images have no package lists, and the system's may only be renewed by root.
        (cwd / "apt" / "partial").mkdir(parents=True)
        (cwd / "apt" / "archives" / "partial").mkdir(parents=True)
        apt("update", cwd=cwd)
        names = missing_packages(cwd)
    apt("download", *names, cwd=cwd)
    unpacked = cwd / "pango"
    for package in sorted(cwd.glob("*.deb")):
        subprocess.run(["dpkg", "-x", package, unpacked], check=True)
    (unpacked / "fonts.conf").write_text(FONTS)
    shutil.rmtree(FOLDER, ignore_errors=True)
    shutil.move(unpacked, FOLDER)


def main() -> None:
    """Fetch Pango if it is missing and can be had; otherwise say which package brings it."""
    if loads_pango():
        return
    if shutil.which("apt-get") and shutil.which("dpkg") and sys.platform == "linux":
        print("Fetching Pango, which typesets the PDF reports ...", flush=True)
        try:
            with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
                fetch(Path(folder))
        except (subprocess.SubprocessError, OSError) as error:
            print(f"{error}\n{getattr(error, 'stderr', None) or ''}".rstrip(), file=sys.stderr)
    if not loads_pango():
        print(ADVICE, file=sys.stderr)


if __name__ == "__main__":
    main()
