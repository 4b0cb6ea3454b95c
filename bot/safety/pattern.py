"""The small pattern language of the phrase files, and why nothing written in it can be slow."""

import re
from collections.abc import Mapping

from bot.safety.fold import fold

# Words, alternatives, groups and "maybe"; no stars, so no pattern can run away on a hostile text.
_ALLOWED = re.compile(r"[^*+\\^$\[\]<>=!#]*")
_HELPER = re.compile(r"\{([a-z_]+)\}")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
# One word of a gap, but no "not": that would turn the phrase round. Possessive, so that it is tried once.
_GAP_WORD = r"(?:(?!(?:not|never) )[^ \n]{1,40}+ )"
_GAPS = {" ... ": f" {_GAP_WORD}{{0,6}}", " .. ": f" {_GAP_WORD}{{0,2}}"}


# Always there.
_BUILT_IN = {
    "number": r"\d{1,4}",
    "year": r"(?:19|20)\d\d",
    "clause_start": r"(?<![^\n])",
    "clause_end": r"(?![^\n])",
}
# A pattern begins and ends with a word.
_BEFORE, _AFTER = r"(?<!\S)", r"(?!\S)"


class BadPattern(ValueError):
    """A pattern uses what the language does not have."""


def expand(pattern: str, helpers: Mapping[str, str]) -> str:
    """The pattern with each `{helper}` put in, folded as messages are. Raises BadPattern."""
    if not _ALLOWED.fullmatch(pattern) or "(?" in pattern:
        raise BadPattern(f"only words, ( ) | ? .. ... and {{helpers}} may stand in a pattern: {pattern}")

    known = {**helpers, **_BUILT_IN}

    def put_in(match: re.Match[str]) -> str:
        if match.group(1) not in known:
            raise BadPattern(f"there is no helper called {match.group(1)}")
        return f"(?:{known[match.group(1)]})"

    words = _HELPER.sub(put_in, fold(" ".join(pattern.split())))
    for gap, meaning in _GAPS.items():
        words = words.replace(gap, meaning)
    if re.search(r"\{(?!0,|1,)|\.\.", words):
        raise BadPattern(f"a brace or a row of dots is out of place: {pattern}")
    return words


def ways_of(pattern: str) -> list[str]:
    """The alternatives of a compiled pattern, each a pattern of its own: together they match what it matches.

    So that of a phrase that may be said in twenty ways only those are tried whose words are in the message.
    """
    start, end = pattern.find("(?:"), pattern.rfind(")")
    before, after = pattern[:start], ""
    if pattern.endswith(_AFTER):
        after, end = _AFTER, len(pattern) - len(_AFTER) - 1
    ways = _split(pattern[start + 3 : end])
    while len(ways) == 1 and (inner := _unwrapped(ways[0])) is not None:
        ways = _split(inner)
    return [f"{before}(?:{way}){after}" for way in ways]


def _split(pattern: str) -> list[str]:
    """At each `|` that stands in no group. Nothing in this language hides a bracket."""
    ways, depth, start = [], 0, 0
    for place, sign in enumerate(pattern):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            ways.append(pattern[start:place])
            start = place + 1
    return [*ways, pattern[start:]]


def _unwrapped(pattern: str) -> str | None:
    """What is in a pattern that is one group and nothing else."""
    if not pattern.startswith("(") or (pattern.startswith("(?") and not pattern.startswith("(?:")):
        return None
    depth = 0
    for place, sign in enumerate(pattern):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return pattern[3 if pattern[1] == "?" else 1 : -1] if place == len(pattern) - 1 else None
    return None


def compile_pattern(pattern: str, helpers: Mapping[str, str]) -> re.Pattern[str]:
    """Matches whole words, anywhere in a normalised text. Raises BadPattern.

    `..` stands for up to two words, `...` for up to six, neither of them across the end of a sentence;
    `{number}`, `{year}`, `{clause_start}` and `{clause_end}` are always there. Chinese
    has no spaces, so there a pattern may begin and end inside a run of letters.
    """
    words = expand(pattern, helpers)
    edges = ("", "") if _CHINESE.search(words) else (_BEFORE, _AFTER)
    try:
        return re.compile(f"{edges[0]}(?:{words}){edges[1]}")
    except re.error as error:
        raise BadPattern(f"{error}: {pattern}") from error
