"""What the assistant makes of a text, by the same code as a live message."""

import asyncio
import logging
from pathlib import Path
from typing import Any, Final, Self

import structlog
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY

from bot.nlu.needs_component import NEEDS
from bot.nlu.screen_component import DANGER_INTENT
from bot.nlu.typed import plain

RANKED: Final = 5
OUT_OF_SCOPE: Final = "out_of_scope"


class ModelMissing(Exception):
    """No trained Rasa model can be loaded from the given place."""


class Understander:
    """A Rasa model in this process. Not for several threads at once."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent
        self._loop = asyncio.new_event_loop()

    @classmethod
    def load(cls, model_dir: Path) -> Self:
        """The newest model in a folder, or the model file named. Raises ModelMissing."""
        if not structlog.is_configured():  # Rasa would print every message, and to where our lines go
            structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
        try:
            agent = Agent.load(str(model_dir))
        except Exception as error:  # Rasa has no common error for this
            raise ModelMissing(f"No model can be loaded from {model_dir}; train one first.") from error
        if not agent.is_ready():
            raise ModelMissing(f"There is no model in {model_dir}; train one first.")
        return cls(agent)

    def understand(self, text: str) -> dict[str, Any]:
        """`text intent confidence ranking language`; `fallback`, `danger`, `needs` are added where true.

        The intent is always the classifier's best, also where the assistant would ask again or care first.
        """
        parsed = self._parse(text)
        nothing = [{"name": DEFAULT_NLU_FALLBACK_INTENT_NAME}, {"name": OUT_OF_SCOPE, "confidence": 0.0}]
        named: list[dict[str, Any]] = parsed[INTENT_RANKING_KEY] if plain(text) else nothing
        special = {DANGER_INTENT, DEFAULT_NLU_FALLBACK_INTENT_NAME}
        ranking = [
            {"intent": entry["name"], "confidence": round(float(entry["confidence"]), 4)}
            for entry in named
            if entry["name"] not in special
        ][:RANKED]
        flags = {
            "fallback": any(entry["name"] == DEFAULT_NLU_FALLBACK_INTENT_NAME for entry in named),
            "danger": parsed[INTENT]["name"] == DANGER_INTENT,
        }
        needs = [need["intent"] for need in parsed.get(NEEDS) or ()]
        return {
            "text": text,
            **ranking[0],
            "ranking": ranking,
            "language": _language(text),
            **{name: True for name, is_so in flags.items() if is_so},
            **({"needs": needs} if needs else {}),
        }

    def _parse(self, text: str) -> dict[str, Any]:
        if self._agent.processor is None:
            raise ModelMissing("The model has no processor.")
        message = UserMessage(plain(text))
        parsed: dict[str, Any] = self._loop.run_until_complete(self._agent.processor.parse_message(message))
        return parsed


def _language(text: str) -> str:
    from bot.nlu.language import detect

    return str(detect(text))
