"""Which passwords are refused. Length is what counts; nothing asks for capitals, figures or signs."""

import re
from collections.abc import Iterable
from typing import Final

SHORTEST: Final = 12
# More than any hasher of ours reads would be cut in silence.
LONGEST: Final = 200
# After all that everybody tries first is taken out, so much must be left.
_LEFT: Final = 5

# What people choose when they must choose. Longer ones first, so that all is found.
_COMMON: Final = tuple(
    sorted(
        (
            *("password", "passwort", "passphrase", "passcode", "secret", "letmein", "welcome", "changeme"),
            *(
                "administrator",
                "admin",
                "officer",
                "prison",
                "custody",
                "wing",
                "landing",
                "governor",
                "hmpps",
            ),
            *("hmp", "justice", "listener", "safer", "orderly", "manager", "staff", "tablet", "desk", "user"),
            *("signpost", "demonstration", "example", "default", "test", "temp", "guest", "login", "signin"),
            *("qwertyuiop", "qwerty", "asdfghjkl", "asdf", "zxcvbnm", "zxcv", "1q2w3e4r", "1qaz2wsx", "abc"),
            *("iloveyou", "sunshine", "princess", "football", "liverpool", "arsenal", "chelsea", "everton"),
            *("monkey", "dragon", "master", "shadow", "superman", "batman", "trustno", "whatever", "hello"),
            *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
            *("october", "november", "december", "spring", "summer", "autumn", "winter", "monday", "friday"),
            *("england", "scotland", "wales", "london", "manchester", "birmingham", "cardiff", "leeds"),
        ),
        key=len,
        reverse=True,
    )
)
_AS_WRITTEN: Final = str.maketrans("@4301!$57", "aaeoiisst")
_RUNS: Final = "01234567890 09876543210 abcdefghijklmnopqrstuvwxyz zyxwvutsrqponmlkjihgfedcba"


def fault(password: str, names: Iterable[str]) -> str:
    """The id of the sentence that says what is wrong; empty when nothing is.

    `names` are those of the account, the prison and its wings: whoever guesses begins with them.
    """
    if len(password) < SHORTEST:
        return "password_short"
    if len(password) > LONGEST:
        return "password_long"
    if len(set(password)) < _LEFT:
        return "password_common"
    own = sorted({part for name in names for part in _parts(name)}, key=len, reverse=True)
    as_typed, as_meant = password.casefold(), password.casefold().translate(_AS_WRITTEN)
    if min(_left(form, own) for form in (as_typed, as_meant)) < _LEFT:
        return "password_common"
    return ""


def _parts(name: str) -> list[str]:
    parts = re.split(r"[^a-z0-9]+", name.casefold())
    return [part for part in parts if len(part) >= 3]


def _left(text: str, own: list[str]) -> int:
    """How many different letters are left when common words, names, runs and figures are taken out."""
    for word in (*own, *_COMMON):
        text = text.replace(word, " ")
    letters = [char for char in _without_runs(text) if char.isalpha()]
    return len(set(letters))


def _without_runs(text: str) -> str:
    """Without four or more that follow each other on a keyboard's row of figures or in the alphabet."""
    for start in range(len(_RUNS) - 3):
        piece = _RUNS[start : start + 4]
        if " " not in piece:
            text = text.replace(piece, " ")
    return text
