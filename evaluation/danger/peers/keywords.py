"""What many products do: a list of grave words, and an alarm whenever one of them is in a message."""

import re
from collections.abc import Sequence
from typing import Final

from bot.safety.model import Level, Reason, Risk, Verdict

# As somebody would write it down in an afternoon. No word is added for what is measured here.
WORDS: Final = {
    Risk.SUICIDE: (
        *("suicide", "suicidal", "kill myself", "killing myself", "end my life", "ending my life"),
        *("end it all", "want to die", "wanna die", "hang myself", "hanging myself", "better off dead"),
        *("noose", "take my own life", "overdose", "no reason to live", "goodbye forever"),
    ),
    Risk.SELF_HARM: ("self harm", "self-harm", "selfharm", "cut myself", "cutting myself", "hurt myself"),
    Risk.MEDICAL: (
        *("chest pain", "can't breathe", "cant breathe", "heart attack", "stroke", "unconscious"),
        *("seizure", "collapsed", "ambulance", "bleeding badly"),
    ),
    Risk.FIRE: ("set fire", "cell is on fire", "burn the cell", "smoke in my cell"),
    Risk.HARM_TO_OTHERS: ("kill him", "kill her", "kill them", "kill someone", "stab him", "stab someone"),
    Risk.HARM_FROM_OTHERS: ("stabbed me", "attacked me", "beat me up", "threatened me", "going to kill me"),
    Risk.SEXUAL_HARM: ("rape", "raped", "sexual assault", "sexually assaulted", "touched me"),
    Risk.NOT_EATING: ("hunger strike", "stopped eating", "food refusal", "not eaten"),
    Risk.CHILD_AT_RISK: ("hurting my child", "hitting my kids", "abusing my child", "child abuse"),
}


class Keywords:
    """Every word found is an urgent alarm: such a list knows no levels."""

    version = "keywords"

    def __init__(self) -> None:
        self._patterns = {
            risk: re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + r")\b", re.IGNORECASE)
            for risk, words in WORDS.items()
        }

    def judge(self, text: str, before: Sequence[str] = ()) -> Verdict:
        read = " ".join((*before, text)).replace("’", "'")
        reasons = tuple(
            Reason(risk, Level.URGENT, "a word of the list", "keyword")
            for risk, pattern in self._patterns.items()
            if pattern.search(read)
        )
        level = Level.URGENT if reasons else Level.NONE
        risks = tuple(reason.risk for reason in reasons if reason.risk is not None)
        return Verdict(level, risks, reasons, "en", self.version)
