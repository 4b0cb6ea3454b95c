"""A message that speaks of danger: what is said when the tablet app has not said it already."""

from actions.turn import Danger, Reply
from bot.content import Texts


def answer_danger(danger: Danger, texts: Texts, language: str) -> tuple[Reply, ...]:
    """Nothing where the tablet app answered and told staff: the same words twice would drown the bell."""
    if danger.answered:
        return ()
    return (
        Reply(danger_words(danger, texts, language)),
        Reply(texts.say("danger_not_told", language)),
        Reply(texts.say("danger_samaritans", language)),
    )


def danger_words(danger: Danger, texts: Texts, language: str) -> str:
    """The words for this level and risk, or else those for the level."""
    plain = f"danger_{danger.level.value}"
    exact = f"{plain}_{danger.risk.value}" if danger.risk else plain
    return texts.say(exact if texts.has(exact) else plain, language)
