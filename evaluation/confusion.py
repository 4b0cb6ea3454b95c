"""Which intents are taken for which, most often first."""

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.asking import Answer


@dataclass(frozen=True)
class Confusion:
    """`texts` is empty unless the set may be read."""

    meant: str
    taken: str
    count: int
    texts: tuple[str, ...] = ()


def confusions(answers: Sequence[Answer], *, with_texts: bool) -> tuple[Confusion, ...]:
    """Wrong first guesses by pair. A message of several needs counts under its first."""
    found: dict[tuple[str, str], list[str]] = {}
    for answer in answers:
        if not answer.is_right:
            found.setdefault((answer.line.intent, answer.best.intent), []).append(answer.line.text)
    pairs = [
        Confusion(meant, taken, len(texts), tuple(texts) if with_texts else ())
        for (meant, taken), texts in found.items()
    ]
    return tuple(sorted(pairs, key=lambda pair: (-pair.count, pair.meant, pair.taken)))
