"""A message that speaks of danger: what is said when the tablet app has not said it already."""

from actions.turn import Danger, Reply
from bot.content import Texts


def answer_danger(danger: Danger, texts: Texts, language: str) -> tuple[Reply, ...]:
    """Nothing where the tablet app answered and told staff: the same words twice would drown the bell."""
    if danger.answered:
        return ()
    return words_after_danger(danger, texts, language)


def words_after_danger(danger: Danger, texts: Texts, language: str) -> tuple[Reply, ...]:
    """The same words each time: nothing may stand before the bell."""
    told = "danger_told" if danger.answered else "danger_not_told"
    words = (danger_words(danger, texts, language), texts.say(told, language))
    return tuple(Reply(text, is_fixed=True) for text in (*words, texts.say("danger_samaritans", language)))


def danger_words(danger: Danger, texts: Texts, language: str) -> str:
    """The words for this level and risk, or else those for the level."""
    plain = f"danger_{danger.level.value}"
    exact = f"{plain}_{danger.risk.value}" if danger.risk else plain
    return texts.say(exact if texts.has(exact) else plain, language)
