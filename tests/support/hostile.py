"""Text that breaks what was not made for it, and a watch over what reaches the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

# A mark in every payload, so that a page that shows one can be found.
MARK = "zq7"
SCRIPT = (
    f'"><script>window.{MARK}=1</script><img src=x onerror="window.{MARK}=1"><svg/onload=window.{MARK}=1>'
)
LINK = f"javascript:window.{MARK}=1"
TEXTS = {
    "nul": f"{MARK}\x00\x01\x1b[2J",
    "half a pair": f"{MARK}\ud83d\udc00",
    "bidi": f"{MARK}\u202e\u2066evil\u2069\u202a",
    "four bytes": f"{MARK}😀🏴󠁧󠁢󠁷󠁬󠁳󠁿𝕏\U0010ffff",
    "ligatures": f"{MARK}" + "\ufdfa" * 300,
    "combining": f"{MARK}a" + "\u0301" * 500,
    "markup": SCRIPT,
    "link": LINK,
    "attribute": f"{MARK}' onmouseover='x' \" onfocus=\"x",
    "database": f"{MARK}'; DROP TABLE message; --",
    "template": f"{MARK}{{{{ 7*7 }}}} {{% raw %}} ${{7*7}} {{reference}} %s %(x)s",
    "header": f"{MARK}\r\nSet-Cookie: a=b\r\n\r\n<b>",
    "path": f"../../../../etc/passwd/{MARK}",
    "number": "9" * 400,
    "minus": "-1e999",
    "digit": "²٣Ⅷ",
    "huge": f"{MARK} " + "word " * 4_000,
    "empty": "",
    "spaces": " \u00a0\u2028\u200b ",
    "date": "99999-13-45",
}
# As markup these would begin a tag or end an attribute.
_RAW = ("<script>window", "<img src=x", "<svg/onload", "' onmouseover='x", '" onfocus="x')


def bytes_of(text: str) -> bytes:
    """As a broken browser sends it: half a surrogate pair goes out as three bytes that are no text."""
    return text.encode("utf-8", "surrogatepass")


def unescaped(page: str) -> list[str]:
    return [raw for raw in _RAW if raw in page]


@contextmanager
def watched(engine: sa.Engine) -> Iterator[list[str]]:
    """Statements with a value that PostgreSQL cannot hold. SQLite takes any, so nobody would notice."""
    found: list[str] = []

    def look(_conn: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if _holds_unstorable(parameters):
            found.append(statement[:120])

    sa.event.listen(engine, "before_cursor_execute", look)
    yield found
    sa.event.remove(engine, "before_cursor_execute", look)


def _holds_unstorable(values: Any) -> bool:
    if isinstance(values, dict):
        return any(_holds_unstorable(value) for value in values.values())
    if isinstance(values, list | tuple):
        return any(_holds_unstorable(value) for value in values)
    return isinstance(values, str) and any(char == "\x00" or "\ud800" <= char <= "\udfff" for char in values)
