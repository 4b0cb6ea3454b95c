"""The taps after danger: what each is called and means, and the words that a person may type instead."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.content import Texts
from bot.directory.helpers import has_listeners
from bot.plain_answers import Plain, PlainAnswers
from bot.prison import Prison
from bot.safety.message import Button, Direction, Message

# "Forget it" a day later is about something else.
_WHILE = timedelta(hours=12)
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
    """The tap that these words stand for: an answer right after the question, a mistake hours later too."""
    plain = answers.of(text)
    if plain is None:
        return None
    deed = _MEANT[plain]
    said = [m for m in latest if m.direction is Direction.TO_PERSON and now - m.at <= _WHILE]
    near = said if deed is Deed.MISTAKE else [message for message in latest[-1:] if message in said]
    for message in reversed(near):
        for button in message.buttons:
            tap = read(button.payload, text)
            if tap is not None and tap.deed is deed:
                return tap
    return None
