"""The one place where a request changes: checked against the table, stored with who and when, and told."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.people import care
from bot.people.model import Actor, ActorKind
from bot.queue.matching import is_for_supporters
from bot.queue.model import ALLOWED, Change, NotAllowedNow, Request, Rule, State, UnknownRequest
from bot.queue.ports import QueueWork
from bot.queue.telling import tell
from bot.queue.words import Words


def apply(
    work: QueueWork, request: Request, change: Change, by: Actor, now: datetime, words: Words, **fields: Any
) -> Request:
    """Makes the change to a locked request. Raises NotAllowedNow; then nothing was changed.

    What no longer waits is on offer to nobody. What waits anew is due to be offered anew. A contact that is
    over, whoever said so, is one of the supporter who had it, also one that was broken off.
    """
    rule = rule_of(request, change, by)
    state = fields.pop("state", rule.end or request.state)
    if request.state is State.WAITING and state is not State.WAITING:
        if "supporter_id" not in fields or fields["supporter_id"] is None:
            # Else a supporter took it, and its offers were settled by that.
            work.offers.withdraw_of_request(request.id)
        fields |= {"look_at": None, "nobody": ()}
    changed = replace(request, state=state, changed_at=now, version=request.version + 1, **fields)
    if state is State.WAITING and request.state is not State.WAITING:
        changed = _waits_anew(work, changed, by, now)
    work.requests.save(changed)
    broken_off = request.state is State.WITH_PERSON and change is Change.HANDED_BACK
    over = broken_off or (request.is_open and state is State.DONE)
    if over and request.supporter_id is not None:
        _contact_is_over(work, changed, request.supporter_id, now)
    tell(work, changed, change, request.state, by, now, words)
    return changed


def rule_of(request: Request, change: Change, by: Actor) -> Rule:
    """What the table says about this change. Raises NotAllowedNow."""
    rule = ALLOWED[change]
    if request.state not in rule.start or by.kind not in rule.by:
        raise NotAllowedNow(f"{change} from {request.state}")
    return rule


def locked(work: QueueWork, request_id: str) -> Request:
    request = work.requests.get_for_change(request_id)
    if request is None:
        raise UnknownRequest(request_id)
    return request


def _contact_is_over(work: QueueWork, request: Request, supporter_id: str, now: datetime) -> None:
    """Who has just been with somebody is asked how it was, and goes last next time; a place is free again."""
    supporter = work.supporters.get(supporter_id)
    if supporter is not None:
        work.supporters.put(replace(supporter, last_contact_at=now))
        care.begin(work, supporter_id, now=now)
    work.requests.look_again(request.prison_id, now)


def _waits_anew(work: QueueWork, request: Request, by: Actor, now: datetime) -> Request:
    """Others are asked, by this transaction or the worker's next step; who handed it back is not."""
    if not is_for_supporters(request):
        return request
    work.offers.begin_anew(request.id, but=by.id if by.kind is ActorKind.SUPPORTER else "")
    return replace(request, look_at=now)
