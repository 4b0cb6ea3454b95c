"""Why somebody cannot be asked, in staff's words, and what the person wished for."""

from bot.people.rights import Right
from bot.queue.matching import Why
from bot.queue.model import Request
from bot.queue.rules import Wish
from bot.web.desk.desk import Caller, Desk

# What an account reads that may not know who is kept apart: that a rule stands against it, and not which.
_RULE = "rule"


def why_words(desk: Desk, caller: Caller, why: str) -> str:
    return desk.wording.say(f"against_{_for(caller, why)}")


def nobody_words(desk: Desk, caller: Caller, request: Request) -> str:
    """Why nobody can be asked for a request that waits; empty where somebody can."""
    if not request.nobody:
        return ""
    say = desk.wording.say
    if (Why.WRONG_ROLE.value, 0) in request.nobody:
        return say("nobody_now", reasons=say("nobody_is_a_supporter"))
    said = (say(f"nobody_{_for(caller, why)}", count=count) for why, count in request.nobody)
    return say("nobody_now", reasons=" ".join(said))


def wish_words(desk: Desk, request: Request) -> str:
    if not request.wish or request.wish not in set(Wish):
        return ""
    names = desk.product.prison.language_names
    language = names.get(request.language, request.language)
    return desk.wording.say(f"wish_{request.wish}", language=language)


def _for(caller: Caller, why: str) -> str:
    hidden = why == Why.KEPT_APART and not caller.may(Right.KEEP_APART)
    return _RULE if hidden else why
