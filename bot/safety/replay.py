"""Judges a safety record's messages again, and says whether the verdict is still the one that was written."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.safety.aftercare import ANSWER
from bot.safety.model import Verdict
from bot.safety.ports import Judge
from bot.safety.record import Entry, EntryKind

_JUDGED = frozenset({EntryKind.NOTICED, EntryKind.STRENGTHENED})


@dataclass(frozen=True)
class Replayed:
    """`now` is None where the message was never judged: its screen was broken, or staff reported it."""

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
        then = Verdict.from_json(entry.body["verdict"])
        judge = None if then.fault else screen_of(then.version)
        now = None if judge is None else judge.judge(str(entry.body["words"]), then.before)
        yield Replayed(entry.id, then, now)
