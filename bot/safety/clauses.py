"""Where the clauses of a message stand, and a long message in stretches that the head can read whole.

So a long harmless part cannot hide a short grave one, and staff see which part of a message gave an alarm.
"""

import re

Span = tuple[int, int]

# The head reads about 90 words at once. What is longer is read in stretches of its clauses too.
STRETCHED_FROM = 300
STRETCH = 240
MOST_STRETCHES = 63
FEWEST_WORDS = 3

_ENDS = re.compile(
    r"[.!?;:…\n。！？；،؛؟۔।]+|,|\b(?:but|and|cos|coz|cuz|because|although|however|anyway|plus|also)\b",
    re.IGNORECASE,
)


def clauses(text: str) -> list[Span]:
    """Start and end of each, in order. One of one or two words belongs to the one before it."""
    found: list[Span] = []
    start = 0
    for end, after in [*((match.start(), match.end()) for match in _ENDS.finditer(text)), (len(text), 0)]:
        part = text[start:end]
        span = (start + len(part) - len(part.lstrip()), start + len(part.rstrip()))
        start = after
        if found and part.strip() and len(part.split()) < FEWEST_WORDS:
            found[-1] = (found[-1][0], span[1])
        elif part.strip():
            found.append(span)
    return found


def stretches(text: str) -> list[str]:
    """Successive clauses together; none for a message that is not long.

    A very long clause is cut between words. There are never more than MOST_STRETCHES: what lies between is
    read by the phrases only, and a page refuses a message that long.
    """
    if len(text) < STRETCHED_FROM:
        return []
    found: list[str] = []
    line = ""
    for bit in (bit for start, end in clauses(text) for bit in _bits(text[start:end])):
        if line and len(line) + 1 + len(bit) > STRETCH:
            found.append(line)
            line = ""
        line = f"{line} {bit}".strip()
    found = list(dict.fromkeys([*found, line]))  # the same words a hundred times say what they say once
    if len(found) > MOST_STRETCHES:
        half = MOST_STRETCHES // 2
        found = [*found[:half], *found[-half:]]
    return found


def _bits(clause: str) -> list[str]:
    if len(clause) <= STRETCH:
        return [clause]
    found = [""]
    for word in clause.split():
        for start in range(0, len(word), STRETCH):
            bit = word[start : start + STRETCH]
            if len(found[-1]) + 1 + len(bit) > STRETCH:
                found.append("")
            found[-1] = f"{found[-1]} {bit}".strip()
    return found
