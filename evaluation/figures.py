"""The figures that are looked at first: right, among three, out of scope, turned away, and how fast."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.asking import Answer
from evaluation.lines import OUT_OF_SCOPE
from evaluation.shares import Share


@dataclass(frozen=True)
class Headline:
    """Shares of the messages in scope, but for `outside_*`: of those out of scope."""

    first: Share  # the first guess is right
    among_three: Share  # all that the message is about is among the first three guesses
    turned_away: Share  # told out_of_scope, or asked again (nlu_fallback)
    told_outside: Share  # told out_of_scope though in scope
    outside_told: Share  # told out_of_scope
    outside_held: Share  # told out_of_scope, or asked again
    danger_seen: Share  # met as danger to life, though these sets hold none; in scope or not
    needs_found: Share  # of messages with several needs: all of them found as needs


@dataclass(frozen=True)
class Times:
    """Milliseconds for each message, one after the other."""

    median: float
    slowest: float  # 99 of 100 take no longer


def headline(answers: Sequence[Answer]) -> Headline:
    inside = [answer for answer in answers if answer.line.is_in_scope]
    outside = [answer for answer in answers if not answer.line.is_in_scope]
    several = [answer for answer in inside if len(answer.line.intents) > 1]
    return Headline(
        first=Share.of(answer.is_right for answer in inside),
        among_three=Share.of(answer.is_among(3) for answer in inside),
        turned_away=Share.of(answer.is_turned_away for answer in inside),
        told_outside=Share.of(answer.best.intent == OUT_OF_SCOPE for answer in inside),
        outside_told=Share.of(answer.best.intent == OUT_OF_SCOPE for answer in outside),
        outside_held=Share.of(answer.is_turned_away for answer in outside),
        danger_seen=Share.of(answer.sees_danger for answer in answers),
        needs_found=Share.of(set(answer.line.intents) <= set(answer.needs) for answer in several),
    )


def times(seconds: Sequence[float]) -> Times:
    if not seconds:
        return Times(0.0, 0.0)
    median, slowest = np.percentile(np.asarray(seconds) * 1000, [50, 99])
    return Times(float(median), float(slowest))
