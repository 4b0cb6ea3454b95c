"""Reads the block `supporters` of a prison's file: the rules for those who help."""

from datetime import timedelta

from bot.fields import Fields
from bot.people.model import PeerRole
from bot.prison import TimeOfDay
from bot.queue.rules import EVERY_ROLE, MOST_REST, PLAIN_RULES, HelpRules, Reach, Wish

# What a number may be: less is no rule, more is a slip of the hand.
_BOUNDS = {
    "load_cap": (1, 10),
    "rest_hours": (0, MOST_REST // timedelta(hours=1)),
    "offer_minutes": (1, 240),
    "first_offers": (1, 20),
    "widen_by": (1, 50),
}
_MOST_STEPS = 8


def read_rules(fields: Fields) -> HelpRules:
    """What is left out stays as the product has it. Raises what the file's place makes, with its line."""
    fields.only(*_BOUNDS, "reach", "wishes", "steps")
    plain = PLAIN_RULES
    return HelpRules(
        load_cap=_number(fields, "load_cap", plain.load_cap),
        rest=timedelta(hours=_number(fields, "rest_hours", plain.rest // timedelta(hours=1))),
        offer_for=timedelta(
            minutes=_number(fields, "offer_minutes", plain.offer_for // timedelta(minutes=1))
        ),
        first_offers=_number(fields, "first_offers", plain.first_offers),
        widen_by=_number(fields, "widen_by", plain.widen_by),
        reach=_reach(fields.inside("reach")) if "reach" in fields.data else {},
        wishes=fields.members("wishes", Wish, "wish") if "wishes" in fields.data else (),
        steps=_steps(fields.inside("steps")) if "steps" in fields.data else {},
    )


def _number(fields: Fields, key: str, otherwise: int) -> int:
    if key not in fields.data:
        return otherwise
    least, most = _BOUNDS[key]
    number: int = fields.need(key, int)
    if not least <= number <= most:
        raise fields.refuse(key, f"should be from {least} to {most}")
    return number


def _steps(steps: Fields) -> dict[str, tuple[str, ...]]:
    """The way to becoming a supporter, by role or for every role that has none of its own."""
    steps.only(EVERY_ROLE, *PeerRole)
    found = {}
    for role in steps.data:
        found[role] = steps.texts(role)
        if not 1 <= len(found[role]) <= _MOST_STEPS:
            raise steps.refuse(role, f"should have from 1 to {_MOST_STEPS} steps")
    return found


def _reach(reach: Fields) -> dict[str, Reach]:
    reach.only(*TimeOfDay)
    found = {}
    for time_of_day in reach.data:
        name = reach.need(time_of_day, str)
        if name not in set(Reach):
            raise reach.refuse(time_of_day, f"{name!r} is no reach: {', '.join(Reach)}")
        found[time_of_day] = Reach(name)
    return found
