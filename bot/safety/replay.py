"""Judges a safety record's messages again, and says whether the verdict is still the one that was written."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.safety.aftercare import ANSWER
from bot.safety.model import Verdict
from bot.safety.ports import Judge
from bot.safety.record import Entry, EntryKind
from bot.safety.verdict_words import verdict_in

_JUDGED = frozenset({EntryKind.NOTICED, EntryKind.STRENGTHENED})


@dataclass(frozen=True)
class Replayed:
    """`now` is None where the message was never judged, as its screen was broken or staff reported it; and
    where its words are gone."""

    entry_id: str
    then: Verdict
    now: Verdict | None

    @property
    def is_same(self) -> bool:
        """Every reason, word for word, and the language; what the person answered is no screen's work."""
        if self.now is None:
            return False
        reasons = tuple(reason for reason in self.then.reasons if reason.source != ANSWER)
        return (reasons, self.then.language) == (self.now.reasons, self.now.language)


def replay(entries: Iterable[Entry], screen_of: Callable[[str], Judge | None]) -> Iterator[Replayed]:
    """Every verdict in a record's entries, judged again by the screen of the version named in it."""
    for entry in entries:
        if entry.kind not in _JUDGED or "verdict" not in entry.body:
            continue
        then = verdict_in(entry)
        if then is None:
            raise ValueError(f"the verdict in {entry.id} cannot be read")
        # Without the words, all of them, nothing can be judged again.
        whole = entry.commitments.keys() <= entry.words.keys() and bool(entry.said())
        judge = None if then.fault or not whole else screen_of(then.version)
        now = None if judge is None else judge.judge(entry.said(), then.before)
        yield Replayed(entry.id, then, now)
