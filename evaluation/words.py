"""How figures are written in the report: shares, intervals, tables, names."""

from collections.abc import Iterable, Sequence
from typing import Final

from evaluation.shares import Estimate, Share

NOTHING: Final = "–"


def percent(value: float, digits: int = 1) -> str:
    return f"{value * 100:.{digits}f} %"


def share(found: Share) -> str:
    """`93.0 %`; a dash where there was nothing to measure."""
    return percent(found.value) if found.size else NOTHING


def interval(found: Share | Estimate) -> str:
    if isinstance(found, Share) and not found.size:
        return NOTHING
    return f"{found.low * 100:.1f} to {found.high * 100:.1f}"


def of_size(found: Share) -> str:
    """`93.0 % (91.2 to 94.5) of 812`."""
    return f"{share(found)} ({interval(found)}) of {found.size}" if found.size else NOTHING


def out_of_a_hundred(found: Share) -> str:
    return f"{found.value * 100:.0f} of 100"


def topic(intent: str) -> str:
    """An intent as a person says it: `ask_tag_hdc` is "tag hdc"."""
    return intent.removeprefix("ask_").replace("_", " ")


def set_name(name: str) -> str:
    return name.replace("_", " ")


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A Markdown table; every column but the first to the right."""
    lines = ["| " + " | ".join(heads) + " |", "|---|" + "--:|" * (len(heads) - 1)]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return [*lines, ""]


def quoted(text: str) -> str:
    """A message as it was typed, on one line, with nothing in it that Markdown would read as a mark."""
    plain = " ".join(text.split()).replace("`", "'")
    return f"`{plain}`"


def _cell(cell: object) -> str:
    return str(cell).replace("|", "\\|")
