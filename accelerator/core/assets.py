"""Style sheets as pages need them: the small ones that people edit are joined when the application starts.

A page asks for two: one for its kind and one for paper. The parts stay what is in ``static/css``, in the order of the
cascade; nothing joined is written to disk, so none can be older than its parts.
"""

from pathlib import Path

_BASE = ("tokens", "layout", "components", "tables", "forms", "charts")
SHEETS = {
    "css/app.css": (*_BASE, "review", "selection", "booking", "startup", "public", "report", "application", "contrast"),
    "css/public.css": (*_BASE, "booking", "startup", "public", "contrast"),
}
"""The joined sheets by their address: of the workspaces, and of pages that strangers see. Paper has ``css/print.css``."""


def joined(folder: Path) -> dict[str, str]:
    """Each joined sheet's text, from the parts in ``folder``."""
    parts = {path.stem: path.read_text(encoding="utf-8") for path in (folder / "css").glob("*.css")}
    return {name: "\n".join(parts[part] for part in chosen) for name, chosen in SHEETS.items()}
