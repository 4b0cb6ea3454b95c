"""A part of a prison's file with blocks put in, replaced and taken out; every other line stays as it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.content import Located

Lines = Sequence[str]


class CannotWrite(Exception):
    """A prison's file is laid out so that a block in it cannot be replaced."""


@dataclass(frozen=True)
class Part:
    """What a part, such as "services", is to hold: all ids in order, and the lines of those that change.

    `apart` puts an empty line between a block that is new and its neighbours.
    """

    name: str
    order: Sequence[str]
    blocks: Mapping[str, Lines]
    apart: bool


def rewrite(file: Located, lines: Lines, part: Part) -> list[str]:
    """Raises CannotWrite where the part is not laid out with one block below the other."""
    present = list(file.data[part.name])
    head = _line_of(file, part.name)
    spans = {key: _span(file, lines, f"{part.name}.{key}") for key in present}
    new = _new_after(part, present)
    out = [*lines[: head - 1], f"{part.name}:" if not present else lines[head - 1]]
    end, dropped = head, False
    out += _fresh(part, new.pop("", ()), first=True)
    for key in present:
        lead = lines[end : spans[key][0]]
        end = spans[key][1]
        out += _lead(out, lead) if dropped else lead
        dropped = key not in part.order
        if not dropped:
            out += part.blocks.get(key, lines[spans[key][0] : end])
            out += _fresh(part, new.pop(key, ()), first=False)
    if not part.order:
        out[head - 1] = f"{part.name}: {{}}"
    tail = list(lines[end:])
    return _closed(out, tail) if dropped else out + tail


def _line_of(file: Located, name: str) -> int:
    found = file.lines.get(name)
    if found is None:
        raise CannotWrite(f"{file.path.name} has no {name}")
    return found


def _span(file: Located, lines: Lines, name: str) -> tuple[int, int]:
    """From the block's own key to its last line; comments before the next one are not its own."""
    found = _line_of(file, name)
    after = [line for key, line in file.lines.items() if line > found and _is_outer(key, name)]
    end = min(after) - 1 if after else len(lines)
    while end > found and _is_lead(lines[end - 1]):
        end -= 1
    return found - 1, end


def _is_outer(key: str, name: str) -> bool:
    """A key of the file itself, or a neighbour in the same part."""
    part, _, rest = key.partition(".")
    return not rest or (part == name.partition(".")[0] and "." not in rest)


def _is_lead(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _new_after(part: Part, present: Sequence[str]) -> dict[str, list[str]]:
    """Those that are new, by the one of the file that they come after; by "" before all of them."""
    found: dict[str, list[str]] = {}
    anchor = ""
    for key in part.order:
        if key in present:
            anchor = key
        else:
            found.setdefault(anchor, []).append(key)
    return found


def _fresh(part: Part, keys: Sequence[str], *, first: bool) -> list[str]:
    out: list[str] = []
    for at, key in enumerate(keys):
        out += [""] if part.apart and (at or not first) else []
        out += part.blocks[key]
    return out


def _lead(out: Lines, lead: Lines) -> list[str]:
    """What stands between two blocks, of which the first was taken out: its own empty lines go with it."""
    kept = list(lead)
    while kept and not kept[0].strip() and out and _is_lead(out[-1]):
        kept.pop(0)
    return kept


def _closed(out: list[str], tail: list[str]) -> list[str]:
    """The last block was taken out: it must not leave two empty lines in a row, nor one at the end."""
    while out and not out[-1].strip() and (not tail or not tail[0].strip()):
        out.pop()
    return out + tail
