"""Fail when the lists for pip do not follow uv.lock and pyproject.toml, or a lock names a registry."""

import json
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = re.compile(r"[\w.-]+")
PIN = re.compile(r"([\w.-]+)==([^\s;]+)(?: ; .+)?")


def pip_faults(list_name: str, required: list[str], locked: set[str]) -> list[str]:
    """Lines of a list that are no pin of ``locked`` (``name==version``), and names of ``required`` that it lacks."""
    lines = (ROOT / "bin" / list_name).read_text().splitlines()
    pins = {line: PIN.fullmatch(line) for line in lines if line and not line.startswith("#")}
    odd = [f"{list_name}: {line}" for line, pin in pins.items() if not pin or f"{pin[1]}=={pin[2]}" not in locked]
    present = {pin[1] for pin in pins.values() if pin}
    names = [match[0] for match in map(NAME.match, required) if match]
    return odd + [f"{list_name}: {name} is missing" for name in names if name not in present]


def main() -> int:
    """Print every fault and return the exit status."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    locked = {f"{package['name']}=={package.get('version')}" for package in packages}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime = project["project"]["dependencies"]
    groups = project["dependency-groups"]
    npm = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    faults = [
        *pip_faults("requirements.txt", runtime, locked),
        *pip_faults("requirements-test.txt", [*runtime, *groups["test"], *groups["browser"]], locked),
        *(f"package-lock.json: {name} names a registry" for name, entry in npm.items() if "resolved" in entry),
    ]
    sys.stderr.writelines(f"{fault}; run `make lock`\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
