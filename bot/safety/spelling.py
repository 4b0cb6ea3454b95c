"""Words as people type them, mended to one spelling: slips, letters hidden, doubled or swapped for digits."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_TRIPLED = re.compile(r"(\w)\1{2,}")
_DOUBLED = re.compile(r"(\w)\1")
_JOINTS = re.compile(r"[._\-*·~+]")
_DISGUISED = re.compile(r"(?=.*[a-z])(?=.*[0-9@$!|*#._\-+·~])")
_LEET_I = str.maketrans("0134578@$!|+#", "oieastbasiith")
_LEET_L = str.maketrans("0134578@$!|+#", "oleastbasllth")
_EDGES = '.,!?;:"()[]…'

SHORTEST_JOINED = 8
SHORTEST_NEAR = 5
LONGEST_WORD = 40


@dataclass(frozen=True)
class Spelling:
    """`slips` mends a word, `pairs` several; `grave` words must not get through in disguise.

    `near` are grave words so unlike any other that one wrong letter still means them. `joined` are grave
    words run together. `pictures` are single signs, each with the word that it is read as.
    """

    slips: Mapping[str, str]
    pairs: Mapping[str, str] = field(default_factory=dict)
    grave: frozenset[str] = frozenset()
    near: tuple[str, ...] = ()
    joined: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, str] = field(default_factory=dict)

    def knows(self, word: str) -> bool:
        return word in self.slips or word in self.grave


def reveal(chunk: str, spelling: Spelling) -> str | None:
    """The grave word hidden in a chunk like `k.i.l.l`, `k*ll` or `k1ll`; None where there is none."""
    core = chunk.strip(_EDGES)
    if len(core) > LONGEST_WORD or not _DISGUISED.match(core):
        return None
    plain = _JOINTS.sub("", core)
    for seen in (core, core.translate(_LEET_I), core.translate(_LEET_L), plain, plain.translate(_LEET_I)):
        single = _TRIPLED.sub(r"\1", seen)
        if spelling.knows(single):
            return single
    return _starred(core, spelling)


def _starred(core: str, spelling: Spelling) -> str | None:
    """`*` or `#` for one letter each; at least half of the word must be there to read."""
    hidden = core.count("*") + core.count("#")
    if not hidden or len(core) - hidden < max(2, len(core) / 2):
        return None
    shape = re.compile(re.escape(core).replace(r"\*", ".").replace(r"\#", "."))
    return next((word for word in sorted(spelling.grave) if shape.fullmatch(word)), None)


def mend(word: str, spelling: Spelling) -> str:
    """One word in its usual spelling; a word that nobody knows stays as it is."""
    if len(word) > LONGEST_WORD or spelling.knows(word):
        return spelling.slips.get(word, word)
    for shorter in (_TRIPLED.sub(r"\1\1", word), _TRIPLED.sub(r"\1", word)):
        if shorter != word and spelling.knows(shorter):
            return spelling.slips.get(shorter, shorter)
    if (single := _DOUBLED.sub(r"\1", word)) in spelling.grave:
        return single
    word = _TRIPLED.sub(r"\1", word)
    if len(word) >= SHORTEST_JOINED:
        for joined, apart in spelling.joined.items():
            if joined in word:
                return word.replace(joined, f" {apart} ").strip()
    if len(word) >= SHORTEST_NEAR:
        return next((near for near in spelling.near if _one_slip_from(word, near)), word)
    return word


def _one_slip_from(word: str, near: str) -> bool:
    """One letter missing, extra, wrong, or two swapped; the first letter is right."""
    if word[0] != near[0] or abs(len(word) - len(near)) > 1:
        return False
    start = 0
    while start < min(len(word), len(near)) and word[start] == near[start]:
        start += 1
    mine, theirs = word[start:], near[start:]
    if mine[2:] == theirs[2:] and mine[:2] == theirs[1::-1]:
        return True
    return mine[1:] == theirs[1:] or mine[1:] == theirs or mine == theirs[1:]
