"""A message cut into pieces for the head, so that a long harmless part cannot hide a short grave one."""

import re

PIECE_LENGTH = 240
MOST_CLAUSES = 16
MOST_PIECES = 64
FEWEST_WORDS = 3

_ENDS = re.compile(
    r"[.!?;:…\n。！？；،؛؟۔।]+|,|\b(?:but|and|cos|coz|cuz|because|although|however|anyway|plus|also)\b",
    re.IGNORECASE,
)


def pieces(text: str) -> list[str]:
    """The whole message, then its clauses; a very long message in stretches of words instead.

    A clause of one or two words joins the one before it. There are never more than MOST_PIECES: what lies
    between is read by the phrases only, and a page refuses a message that long.
    """
    whole = text.strip()
    if not whole:
        return []
    clauses = _clauses(whole)
    if len(clauses) > MOST_CLAUSES or max(map(len, clauses)) > PIECE_LENGTH:
        clauses = _stretches(whole)
    clauses = list(dict.fromkeys(clauses))  # the same words a hundred times say what they say once
    if len(clauses) < 2:
        return [whole]
    if len(clauses) >= MOST_PIECES:
        half = MOST_PIECES // 2
        clauses = [*clauses[: half - 1], *clauses[-half:]]
    return [whole, *clauses]


def _clauses(text: str) -> list[str]:
    found: list[str] = []
    for part in map(str.strip, _ENDS.split(text)):
        if found and part and len(part.split()) < FEWEST_WORDS:
            found[-1] = f"{found[-1]} {part}"
        elif part:
            found.append(part)
    return found or [text]


def _stretches(text: str) -> list[str]:
    found: list[str] = []
    line = ""
    for word in text.split():
        for start in range(0, len(word), PIECE_LENGTH):
            bit = word[start : start + PIECE_LENGTH]
            if line and len(line) + len(bit) >= PIECE_LENGTH:
                found.append(line)
                line = ""
            line = f"{line} {bit}".strip()
    return [*found, line] if line else found
