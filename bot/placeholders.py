"""Words that somebody meant to replace and forgot: no text that a person reads may hold one."""

import re

# TODO in capitals only: "todo" is a common word in Spanish and Portuguese.
_PLACEHOLDER = re.compile(
    r"\bTODO\b"
    r"|(?i:\btbc\b|\btbd\b|\bx{3,}\b|\blorem\b|\bexample\.(?:com|net|org)\b|\binsert\b|\bname here\b)"
    r"|01234[ -]?567[ -]?890"
    r"|\[[^\]]*\]"
    r"|\?{3,}"
)


def placeholder_in(text: str) -> str:
    """The first placeholder in a text; empty where there is none."""
    found = _PLACEHOLDER.search(text)
    return found[0] if found else ""
