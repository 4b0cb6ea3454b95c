"""The taps after danger: what each is called and means, and the words that a person may type instead."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile

from bot.content import Texts
from bot.directory.helpers import has_listeners
from bot.plain_answers import Plain, PlainAnswers
from bot.prison import Prison
from bot.safety.message import Button, Direction, Message

# "Forget it" a day later is about something else.
_WHILE = timedelta(hours=12)
# The second is the Arabic one.
_QUESTION_MARKS = ("?", "\N{ARABIC QUESTION MARK}")
_PAYLOAD = re.compile(r"care:([a-z_]+):([0-9a-f]{32})")


class Deed(StrEnum):
    """What a tap does. The engine hears of none of them: they work when it is down."""

    SAFE_YES = "safe_yes"
    SAFE_NO = "safe_no"
    NOT_SAID = "safe_not_said"
    LISTENER = "listener"
    SOMEONE = "someone"
    MISTAKE = "mistake"


# These are called what they are called on other pages.
_TITLES = {Deed.LISTENER: "button_listener", Deed.SOMEONE: "guess_request_someone"}
QUESTION = (Deed.SAFE_YES, Deed.SAFE_NO, Deed.NOT_SAID)
_MEANT = {
    Plain.YES: Deed.SAFE_YES,
    Plain.NO: Deed.SAFE_NO,
    Plain.NOT_SAID: Deed.NOT_SAID,
    Plain.MISTAKE: Deed.MISTAKE,
}


@dataclass(frozen=True)
class Care:
    """What a person did after danger. `words` are the button's, or what was typed instead."""

    deed: Deed
    record_id: str
    words: str

    @property
    def payload(self) -> str:
        return f"care:{self.deed.value}:{self.record_id}"


def somebody(prison: Prison, now: datetime) -> Deed:
    """Whom one tap asks for: a Listener, or where none may be asked for now, someone to talk to."""
    return Deed.LISTENER if has_listeners(prison, now) else Deed.SOMEONE


def buttons(texts: Texts, record_id: str, language: str, *deeds: Deed) -> tuple[Button, ...]:
    return tuple(
        Button(
            texts.say(_TITLES.get(deed, f"care_{deed.value}"), language), Care(deed, record_id, "").payload
        )
        for deed in deeds
    )


def read(payload: str, title: str) -> Care | None:
    """What this tap is, or None. That the person was shown such a button is checked before."""
    match = _PAYLOAD.fullmatch(payload)
    if match is None or match[1] not in set(Deed):
        return None
    return Care(Deed(match[1]), match[2], title)


def is_care(payload: str) -> bool:
    return read(payload, "") is not None


def meant(answers: PlainAnswers, text: str, latest: Sequence[Message], *, now: datetime) -> Care | None:
    """The tap that these words stand for: an answer to the question that stands, a mistake hours later too.

    The question stands until the person says something, whatever was said to the person after it: a slow
    answer to earlier words, or that a Listener was asked for. Where something else was asked since, only a
    "no" counts: it tells staff, and a "yes" to another question is no word that somebody is safe.
    """
    plain = answers.of(text)
    if plain is None:
        return None
    deed = _MEANT[plain]
    said = [m for m in latest if m.direction is Direction.TO_PERSON and now - m.at <= _WHILE]
    if deed is not Deed.MISTAKE:
        since = [m.id for m in takewhile(lambda m: m.direction is Direction.TO_PERSON, reversed(latest))]
        said = [message for message in said if message.id in since]
    for message in reversed(said):
        for button in message.buttons:
            tap = read(button.payload, text)
            if tap is not None and tap.deed is deed:
                return tap
        if deed in (Deed.SAFE_YES, Deed.NOT_SAID) and _asks(message):
            return None
    return None


def _asks(message: Message) -> bool:
    """Whether a "yes" may be to this: it ends a sentence with a question mark, or has answers to press."""
    answers = [b for b in message.buttons if not b.payload.startswith("page:") and not is_care(b.payload)]
    return bool(answers) or any(mark in message.text for mark in _QUESTION_MARKS)
