"""Makes docs/requirements.md from docs/requirements.yml: `python -m tests.support.requirements_page`."""

from collections import Counter
from typing import Any

import yaml

from tests.support.named_tests import ROOT

DATA = ROOT / "docs" / "requirements.yml"
PAGE = ROOT / "docs" / "requirements.md"
MET = ("yes", "partly", "no")
_HEAD = """# The 26 requirements, and what became of them

What the evidence on peer support, risk and screens in prisons asks of such a product, in our words: where
it is met, the tests that prove it, and what is weaker than it should be. Of the {total}, {yes} are met,
{partly} in part, {no} not. A test proves what it runs. That a human goes to the door, that a sentence is
kind and that a translation is good, no test proves.

Made from `docs/requirements.yml` by `python -m tests.support.requirements_page`. `make check` fails when the
two differ, or when a file, a page or a test that is named does not exist. See also the
[hazard log](hazard-log.yml), [safety](safety.md), [privacy](privacy.md), and
[a walk through the product](walk.md).

| | requirement | met | where | proven by | what is weaker, or not there |
|--:|---|---|---|---|---|
"""


def requirements() -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = yaml.safe_load(DATA.read_text("utf-8"))["requirements"]
    return read


def page(rows: list[dict[str, Any]]) -> str:
    """The whole page. A test is shown under its name, with a link to its file."""
    met = Counter(row["met"] for row in rows)
    head = _HEAD.format(total=len(rows), yes=met["yes"], partly=met["partly"], no=met["no"])
    return head + "".join(_line(row) for row in rows)


def _line(row: dict[str, Any]) -> str:
    cells = (
        str(row["number"]),
        row["what"],
        f"**{row['met']}**",
        "<br>".join(f"`{place}`" for place in row["where"]),
        "<br>".join(f"`{test}`" for test in row["tests"]),
        row.get("gap", ""),
    )
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(requirements()), "utf-8")
