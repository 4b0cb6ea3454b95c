"""The one place where a request changes: checked against the table, stored with who and when, and told."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.people.model import Actor, ActorKind
from bot.queue.matching import is_for_supporters
from bot.queue.model import ALLOWED, Change, NotAllowedNow, Request, Rule, State, UnknownRequest
from bot.queue.ports import QueueWork
from bot.queue.telling import Words, tell


def apply(
    work: QueueWork, request: Request, change: Change, by: Actor, now: datetime, words: Words, **fields: Any
) -> Request:
    """Makes the change to a locked request. Raises NotAllowedNow; then nothing was changed.

    What no longer waits is on offer to nobody. What waits anew is due to be offered anew.
    """
    rule = rule_of(request, change, by)
    state = fields.pop("state", rule.end or request.state)
    if request.state is State.WAITING and state is not State.WAITING:
        work.offers.withdraw_of_request(request.id)
        fields |= {"look_at": None, "nobody": ()}
    changed = replace(request, state=state, changed_at=now, version=request.version + 1, **fields)
    if state is State.WAITING and request.state is not State.WAITING:
        changed = _waits_anew(work, changed, by, now)
    work.requests.save(changed)
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


def _waits_anew(work: QueueWork, request: Request, by: Actor, now: datetime) -> Request:
    """Others are asked, by this transaction or the worker's next step; who handed it back is not."""
    if not is_for_supporters(request):
        return request
    work.offers.begin_anew(request.id, but=by.id if by.kind is ActorKind.SUPPORTER else "")
    return replace(request, look_at=now)
