"""Reads the block `reviews` of a prison's file: by when records are reviewed, and how many twice."""

from collections.abc import Mapping
from datetime import timedelta

from bot.fields import Fields
from bot.safety.model import Level
from bot.safety.reviewing import REVIEW_LIMITS, SECOND_LOOK_LIMITS, ReviewRules

_MOST_HOURS = 24 * 90


def read_reviews(fields: Fields) -> ReviewRules:
    """What is left out stays as the product has it. Raises what the file's place makes, with its line."""
    fields.only("hours", "second_look_hours", "second_look_percent")
    return ReviewRules(
        limits=_limits(fields, "hours", REVIEW_LIMITS),
        second_look_limits=_limits(fields, "second_look_hours", SECOND_LOOK_LIMITS),
        second_look_percent=_percent(fields, "second_look_percent"),
    )


def _limits(fields: Fields, key: str, otherwise: Mapping[Level, timedelta]) -> dict[Level, timedelta]:
    if key not in fields.data:
        return dict(otherwise)
    hours = fields.inside(key)
    levels = {level.value: level for level in otherwise}
    hours.only(*levels)
    return {**otherwise, **{levels[name]: _hours(hours, name) for name in hours.data if name in levels}}


def _hours(hours: Fields, name: str) -> timedelta:
    number: int = hours.need(name, int)
    if not 1 <= number <= _MOST_HOURS:
        raise hours.refuse(name, f"should be from 1 to {_MOST_HOURS} hours")
    return timedelta(hours=number)


def _percent(fields: Fields, key: str) -> int:
    if key not in fields.data:
        return ReviewRules().second_look_percent
    number: int = fields.need(key, int)
    if not 0 <= number <= 100:
        raise fields.refuse(key, "should be from 0 to 100")
    return number
