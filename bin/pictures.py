"""Takes the pictures of docs/users from the demonstration, in both languages: ``python bin/pictures.py [NAME ...]``.

What is taken stands in docs/users/pictures.toml. The demonstration is loaded anew in a folder that goes away; the first
picture is taken by the browser of the tests when the workers have made its reports.
"""

import base64
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402 (our own packages lie beside this folder)
from sqlalchemy import func, select  # noqa: E402

from accelerator.core import db, scope  # noqa: E402
from accelerator.reporting.models import Report, ReportState  # noqa: E402
from tests.journeys.installation import Installation, running  # noqa: E402
from tests.servers.browser import find_browser, launch_arguments  # noqa: E402
from tests.services import demonstration, shared  # noqa: E402
from tests.services.processes import wait_until  # noqa: E402

FOLDER = ROOT / "docs" / "users" / "pictures"
LOCALES = {"en": "en-GB", "ja": "ja-JP"}
WIDE, HEIGHT = 1200, 780  # pixels
QUALITY = 70  # of WebP, in percent


def chosen(names: list[str]) -> list[dict[str, Any]]:
    """The pictures with these names, all of them without any."""
    listed: list[dict[str, Any]] = tomllib.loads((FOLDER.parent / "pictures.toml").read_text(encoding="utf-8"))[
        "picture"
    ]
    if unknown := set(names) - {picture["name"] for picture in listed}:
        sys.exit(f"docs/users/pictures.toml has no {', '.join(sorted(unknown))}")
    return [picture for picture in listed if not names or picture["name"] in names]


def page_of(browser: Browser, address: str, picture: dict[str, Any], language: str) -> Page:
    """The page of a picture, as its person sees it in a language."""
    size = {"width": picture.get("width", WIDE), "height": picture.get("height", HEIGHT)}
    context = browser.new_context(
        base_url=address, locale=LOCALES[language], timezone_id="Asia/Tokyo", viewport=size, reduced_motion="reduce"
    )
    page = context.new_page()
    if picture["who"]:
        page.goto("/sign-in")
        page.locator(f"form:has(input[name=workspace][value={picture['who']}]) button").first.click()
        page.wait_for_url(lambda here: "/sign-in" not in here)
    answer = page.goto(picture["path"])
    if answer is None or answer.status != 200:
        sys.exit(f"{picture['path']} answers {answer.status if answer else 'nothing'}")
    if page.evaluate("document.documentElement.lang") != language:
        page.locator("form[action='/language'] button").first.click()
        page.locator(f"html[lang={language}]").wait_for(state="attached")
    page.evaluate("document.fonts.ready")
    return page


def take(page: Page, path: Path) -> int:
    """Write what the window shows, as WebP; the bytes it took."""
    options = {"format": "webp", "quality": QUALITY}
    answer = page.context.new_cdp_session(page).send("Page.captureScreenshot", options)
    path.write_bytes(base64.b64decode(answer["data"]))
    page.context.close()
    return path.stat().st_size


def taken(address: str, pictures: list[dict[str, Any]]) -> Iterator[int]:
    """Take every picture in both languages and say so; their sizes in bytes."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=launch_arguments())
        for picture in pictures:
            for language in LOCALES:
                path = FOLDER / f"{picture['name']}.{language}.webp"
                size = take(page_of(browser, address, picture, language), path)
                print(f"{path.relative_to(ROOT)}  {size / 1000:.0f} kB", flush=True)
                yield size
        browser.close()


def reports_are_ready() -> bool:
    """Whether every report of the demonstration has been typeset."""
    unfinished = select(func.count(Report.id)).where(Report.state != ReportState.READY)
    with db.reading() as session, scope.everywhere():
        return session.scalar(unfinished) == 0


def main(names: list[str]) -> None:
    """Load the demonstration, take the pictures, and say how large they are together."""
    pictures = chosen(names)
    if find_browser() is None:
        sys.exit("no Chromium on this machine: install one, or run `make browser`")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with shared.run(), tempfile.TemporaryDirectory(prefix="funade-pictures-") as folder:
        prepared = Installation(Path(folder), demo=True).prepare()
        demonstration.fill(prepared.folder)
        with running(prepared) as started:
            wait_until(reports_are_ready, 300)
            sizes = list(taken(started.url, pictures))
    print(f"{len(sizes)} pictures, {sum(sizes) / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
