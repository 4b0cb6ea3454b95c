"""What is kept of a message that was not understood, and what a content owner may make of it."""

import hashlib
import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.learning.export import tidy_example
from bot.learning.model import Fate, Guess, NotUnderstood
from bot.learning.ports import LearningWork
from bot.learning.scrub import Known, scrub
from bot.safety.model import Level, Verdict

# A quarter: time to look at them between two trainings, and no longer than that needs.
KEPT_FOR = timedelta(days=90)
# An example is short. A long message tells a life, and no list of names can make it anonymous.
LONGEST = 200
GUESSES = 3


class UnknownLine(Exception):
    """There is no such message in this prison."""


class LineChanged(Exception):
    """A colleague was faster: the message is not in the state any more in which it was seen."""


@dataclass(frozen=True)
class Missed:
    """A message that was not understood, as it was written, with the verdict that came with it."""

    person_id: str
    prison_id: str
    text: str
    language: str
    guesses: tuple[Guess, ...]
    verdict: Verdict | None


def keep(work: LearningWork, missed: Missed, known: Known, *, day: date) -> bool:
    """Counts the scrubbed words, if they may be kept at all. Says whether they were.

    `known.names` need not hold the people of this prison: they are read here.
    """
    if not may_be_kept(missed.verdict, missed.text) or work.safety.has_open(missed.person_id):
        return False
    names = Known.of(work.persons.first_names(missed.prison_id), known.places, known.words).names
    text = scrub(missed.text, replace(known, names=names | known.names))
    line = NotUnderstood(
        id=uuid.uuid4().hex,
        prison_id=missed.prison_id,
        mark=hashlib.sha256(text.casefold().encode()).hexdigest(),
        text=text,
        language=missed.language[:8],
        guesses=missed.guesses[:GUESSES],
        day=day,
    )
    work.not_understood.count(line)
    return True


def may_be_kept(verdict: Verdict | None, text: str) -> bool:
    """Only words in which the whole, working screen noticed nothing at any level."""
    if verdict is None or verdict.fault or verdict.level is not Level.NONE or verdict.reasons:
        return False
    return 0 < len(text) <= LONGEST and any(char.isalpha() for char in text)


def add_example(
    work: LearningWork,
    line_id: str,
    by: str,
    *,
    prison_id: str,
    intent: str,
    text: str,
    seen: Fate,
    now: datetime,
) -> NotUnderstood:
    """The message becomes an example of this intent, in the words that the content owner left standing.

    Raises UnknownLine, LineChanged, or NotAnExample for words that training would misread.
    """
    line = _get(work, line_id, prison_id, seen)
    changed = replace(line, state=Fate.ADDED, intent=intent, text=tidy_example(text))
    work.not_understood.save(changed)
    work.audit.put(prison_id, by, "example_added", line_id, now)
    return changed


def dismiss(
    work: LearningWork, line_id: str, by: str, *, prison_id: str, seen: Fate, now: datetime
) -> NotUnderstood:
    """It teaches nothing, or an addition is taken back. Raises UnknownLine or LineChanged."""
    line = _get(work, line_id, prison_id, seen)
    changed = replace(line, state=Fate.DISMISSED, intent="")
    work.not_understood.save(changed)
    work.audit.put(prison_id, by, "example_dismissed", line_id, now)
    return changed


def forget(work: LearningWork, *, today: date) -> int:
    return work.not_understood.forget(today - KEPT_FOR)


def _get(work: LearningWork, line_id: str, prison_id: str, seen: Fate) -> NotUnderstood:
    line = work.not_understood.get_for_change(line_id)
    if line is None or line.prison_id != prison_id:
        raise UnknownLine(line_id)
    if line.state is not seen:
        raise LineChanged(line_id)
    return line
