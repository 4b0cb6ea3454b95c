"""Takes the pictures of README and docs/walk.md: `python -m tests.e2e.screenshots [folder [another folder]]`.

Starts the product by itself, on a database of its own. The second folder gets what is not for the documents:
every page as a whole, in Arabic, enlarged, at night. Look at them before a change goes out.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.e2e.album import Album
from tests.e2e.conftest import _BROWSER_ARGS, ROOT, Running, start, stop
from tests.e2e.five_people import walk


def main(docs: Path, others: Path) -> None:
    for folder in (docs, others):
        folder.mkdir(parents=True, exist_ok=True)
    var = Path(tempfile.mkdtemp())
    for made in ("encoder", "screen", "models"):
        (var / made).symlink_to(ROOT / "var" / made)
    process, ready = start(var)
    tablet, desk = (word for word in ready.split() if word.startswith("http"))
    running = Running(process, tablet, desk, var, ready)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_BROWSER_ARGS)
            walk(browser, running, Album(docs, others))
            browser.close()
    finally:
        stop(process)
    print(f"Pictures are in {docs}, and others to look at in {others}")


if __name__ == "__main__":
    given = [Path(name) for name in sys.argv[1:]]
    main(
        given[0] if given else ROOT / "docs" / "screenshots",
        given[1] if len(given) > 1 else Path(tempfile.mkdtemp(prefix="screenshots-")),
    )
