"""Pictures of pages: those for the documents, and those that are only looked at before a change goes out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

TABLET_SIZE = {"width": 1280, "height": 800}
DESK_SIZE = {"width": 1366, "height": 768}
# What 1280 wide is at 200 %.
ENLARGED = {"width": 640, "height": 400}


@dataclass(frozen=True)
class Album:
    """`docs` is a folder of the repository. What lies in `others` goes nowhere."""

    docs: Path
    others: Path

    def take(self, page: Page, name: str) -> None:
        """A picture for the documents: what is on the screen, at the top of the page."""
        page.screenshot(path=self.docs / f"{name}.png")

    def look(self, page: Page, name: str) -> None:
        """A picture to look at: the whole page, however long."""
        page.screenshot(path=self.others / f"{name}.png", full_page=True)

    def look_at_all(self, page: Page, address: str, paths: tuple[str, ...], prefix: str) -> None:
        for path in paths:
            page.goto(f"{address}/{path}")
            self.look(page, f"{prefix}-{path.replace('/', '-')}")


@contextmanager
def enlarged(page: Page) -> Iterator[Page]:
    page.set_viewport_size(ENLARGED)
    yield page
    page.set_viewport_size(TABLET_SIZE)
