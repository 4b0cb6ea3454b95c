"""Asks the engine something before anybody else does: its first answer takes seconds, later ones do not."""

import asyncio

import structlog

from bot.safety.model import Level, Verdict
from bot.settings import Settings
from bot.web.assistant import AssistantDown, RasaAssistant, Turn

log = structlog.get_logger()

# Nobody's id: there is no such person, so no row of a person is read or written.
NOBODY = "first-words"
_SECONDS = 60.0
# One that is read by the spelling too, and one that is not English.
_TEXTS = ("wen can i av a visit plz", "kiedy mam widzenie")


def ask_first(settings: Settings) -> bool:
    """Whether the engine answered. When it does not, people get the words for that, as at any other time."""
    return asyncio.run(_ask(settings.model_copy(update={"rasa_timeout": _SECONDS})))


async def _ask(settings: Settings) -> bool:
    assistant = RasaAssistant(settings)
    verdict = Verdict(Level.NONE, (), (), "en", "none")
    try:
        for text in _TEXTS:
            await assistant.say(Turn(NOBODY, NOBODY, text, verdict, answered=False, language="en"))
    except AssistantDown as error:
        log.warning("first_words.unanswered", error=str(error))
        return False
    finally:
        await assistant.close()
    return True
