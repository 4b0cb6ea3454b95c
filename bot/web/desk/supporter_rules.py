"""What matching asks about a supporter: languages, wishes met, clearance and cap, set by staff."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.content import ENGLISH
from bot.people.model import Supporter
from bot.queue.rules import Wish
from bot.web.desk.actions import Choice
from bot.web.desk.desk import Desk
from bot.web.desk.forms import Sent


class BadRules(Exception):
    """A date or a number that makes no sense."""


@dataclass(frozen=True)
class RuleChoices:
    """What can be chosen for any supporter of this prison."""

    languages: tuple[Choice, ...]
    wishes: tuple[Choice, ...]
    most: int
    cap_help: str


@dataclass(frozen=True)
class RulesOf:
    languages: tuple[str, ...]
    meets: tuple[str, ...]
    cleared_until: str
    load_cap: int


def choices(desk: Desk) -> RuleChoices:
    prison = desk.product.prison
    wishes = (wish for wish in prison.help.wishes if wish is not Wish.MY_LANGUAGE)
    return RuleChoices(
        tuple(Choice(code, name) for code, name in _languages(desk).items()),
        tuple(Choice(wish.value, desk.wording.say(f"matching_meets_{wish.value}")) for wish in wishes),
        prison.help.load_cap,
        desk.wording.say("matching_cap_help", cap=prison.help.load_cap),
    )


def rules_of(supporter: Supporter) -> RulesOf:
    until = supporter.cleared_until
    return RulesOf(
        supporter.languages, supporter.meets, until.isoformat() if until else "", supporter.load_cap
    )


def with_rules(desk: Desk, supporter: Supporter, sent: Sent) -> Supporter:
    """The supporter as the form says. A wish that is not on the page stays as it was. Raises BadRules."""
    on_page = {choice.value for choice in choices(desk).wishes}
    kept = tuple(wish for wish in supporter.meets if wish not in on_page)
    spoken, met = sent.many("language"), sent.many("meets")
    return replace(
        supporter,
        languages=tuple(code for code in _languages(desk) if code in spoken),
        meets=kept + tuple(wish.value for wish in Wish if wish.value in on_page and wish.value in met),
        cleared_until=_date(sent.text("cleared_until", 64)),
        load_cap=_cap(sent.text("load_cap", 64), desk.product.prison.help.load_cap),
    )


def _languages(desk: Desk) -> Mapping[str, str]:
    names = desk.product.prison.language_names
    return {code: name for code, name in names.items() if code != ENGLISH}


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadRules from error


def _cap(text: str, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
        raise BadRules
    return int(text)
