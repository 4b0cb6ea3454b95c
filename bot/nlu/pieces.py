"""Cuts a text into the encoder's word pieces, in a sixth of the memory that the tokenizers library takes.

The library keeps its 250,000 pieces in a tree of hash maps: 290 MB in every process. Here they are one
dictionary; the library is left the part that it does in little memory, making letters uniform.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from tokenizers import Tokenizer

_START, _END, _UNKNOWN = 0, 2, 3  # ids of <s>, </s> and <unk>, as in every model of this family
_PENALTY: Final = 10.0  # how much worse an unknown letter is than the rarest piece, as in SentencePiece
_LONGEST_TEXT: Final = 8_000  # letters once made uniform: one sign may become eighteen


@dataclass(frozen=True)
class Pieces:
    """The pieces with their scores and ids, and what makes letters uniform."""

    _uniform: Tokenizer
    _known: dict[str, tuple[float, int]]
    _longest: int
    _unknown_score: float

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read a tokenizer.json of the Unigram kind. Raises ValueError or KeyError for any other."""
        data: dict[str, Any] = json.loads(file.read_bytes())
        model = data["model"]
        if model["type"] != "Unigram" or model["unk_id"] != _UNKNOWN:
            raise ValueError("The tokenizer is not of the kind that this encoder needs.")
        special = {token["content"] for token in data["added_tokens"]}
        vocabulary: list[tuple[str, float]] = model["vocab"]
        # A special token that somebody types is text: it gets no piece of its own.
        known = {
            piece: (score, number) for number, (piece, score) in enumerate(vocabulary) if piece not in special
        }
        rest = {**data, "added_tokens": [], "post_processor": None}
        rest["model"] = {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0]]}
        lowest = min(score for _, score in vocabulary)
        longest = max(map(len, known))
        return cls(Tokenizer.from_str(json.dumps(rest)), known, longest, lowest - _PENALTY)

    def ids(self, text: str, limit: int) -> list[int]:
        """At most `limit` ids, the first and last of which say start and end."""
        uniform = self._uniform.normalizer.normalize_str(text)[:_LONGEST_TEXT]
        found = [_START]
        for word, _ in self._uniform.pre_tokenizer.pre_tokenize_str(uniform):
            found += self._cut(word)
            if len(found) >= limit:
                break
        return [*found[: limit - 1], _END]

    def _cut(self, word: str) -> list[int]:
        """The likeliest way to put the word together from pieces (Viterbi)."""
        best: list[tuple[float, int, int] | None] = [None] * (len(word) + 1)  # score, start, id
        best[0] = (0.0, 0, _START)
        for start in range(len(word)):
            so_far = best[start]
            if so_far is None:
                continue
            is_single_known = False
            for end in range(start + 1, min(start + self._longest, len(word)) + 1):
                piece = self._known.get(word[start:end])
                if piece is None:
                    continue
                is_single_known |= end == start + 1
                _improve(best, end, (so_far[0] + piece[0], start, piece[1]))
            if not is_single_known:
                _improve(best, start + 1, (so_far[0] + self._unknown_score, start, _UNKNOWN))
        return _backwards(best)


def _improve(best: list[tuple[float, int, int] | None], end: int, way: tuple[float, int, int]) -> None:
    known = best[end]
    if known is None or way[0] > known[0]:
        best[end] = way


def _backwards(best: list[tuple[float, int, int] | None]) -> list[int]:
    """The ids along the best way, from the front; unknown letters in a row count once."""
    ids: list[int] = []
    at = len(best) - 1
    while at > 0:
        way = best[at]
        assert way is not None  # every letter is at least an unknown one
        if way[2] != _UNKNOWN or not ids or ids[-1] != _UNKNOWN:
            ids.append(way[2])
        at = way[1]
    return ids[::-1]
