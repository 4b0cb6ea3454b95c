"""Accounts of staff: the list, a new one, and what an administrator changes about one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.people import accounts as rules
from bot.people import desk as sessions
from bot.people.lock_model import Lock
from bot.people.model import Staff, StaffRole
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, NotFound, SignedIn, wings_of
from bot.web.desk.forms import CheckedForm, Sent
from bot.web.desk.shell import Page, shell_for

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

_WRONG: dict[type[rules.AccountError], str] = {
    rules.BadAccount: "accounts_bad",
    rules.NameTaken: "accounts_taken",
    rules.OwnAccount: "accounts_own",
    rules.StandsAlone: "accounts_alone",
    rules.LastAdministrator: "accounts_last",
}
_DONE = ("roles", "close", "open", "step", "sessions", "emergency")


@dataclass(frozen=True)
class AccountRow:
    id: str
    username: str
    name: str
    roles: str
    wings: str
    marks: tuple[str, ...]


@dataclass(frozen=True)
class NewCode:
    """Shown on this one answer and never again: only its hash is kept."""

    code: str
    words: str


@dataclass(frozen=True)
class Tick:
    value: str
    label: str
    on: bool


@dataclass(frozen=True)
class Draft:
    username: str = ""
    name: str = ""
    roles: tuple[str, ...] = ()
    wings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AccountsPage(Page):
    rows: tuple[AccountRow, ...]
    draft: Draft
    roles: tuple[Tick, ...]
    wings: tuple[Tick, ...]
    new: NewCode | None


@dataclass(frozen=True, kw_only=True)
class AccountPage(Page):
    id: str
    heading: str
    username: str
    done: str
    own: bool
    active: bool
    has_step: bool
    emergency: bool
    roles: tuple[Tick, ...]
    wings: tuple[Tick, ...]
    sessions: tuple[str, ...]
    new: NewCode | None


@router.get("/accounts")
def show(desk: DeskHere, caller: SignedIn) -> Response:
    return _list(desk, caller, 200)


@router.post("/accounts")
def add(desk: DeskHere, caller: SignedIn, sent: CheckedForm) -> Response:
    draft = Draft(sent.text("username", 64), sent.text("name", 64), sent.many("role"), sent.many("wing"))
    now = desk.product.now()
    try:
        roles, wings = _roles(draft.roles), _wings(desk, caller, draft.wings)
        with desk.product.database.writing() as work:
            by = _own(work, caller)
            staff, code = rules.add(work, by, draft.username, draft.name, roles, wings, now=now)
    except rules.AccountError as error:
        return _list(desk, caller, 400, notice=desk.wording.say(_WRONG[type(error)]), draft=draft)
    log.info("account.added", staff_id=caller.staff.id, account_id=staff.id)
    return _list(desk, caller, 200, new=_code(desk, staff, code, now))


@router.get("/accounts/{staff_id}")
def show_one(desk: DeskHere, caller: SignedIn, staff_id: Id, done: str = "") -> Response:
    said = desk.wording.say(f"accounts_done_{done}") if done in _DONE else ""
    return _one(desk, caller, staff_id, 200, done=said)


@router.post("/accounts/{staff_id}/{change}")
def change(desk: DeskHere, caller: SignedIn, staff_id: Id, change: str, sent: CheckedForm) -> Response:
    if change not in (*_CHANGES, "password"):
        raise NotFound
    now = desk.product.now()
    try:
        with desk.product.database.writing() as work:
            if change == "password":
                code = rules.reset_password(work, _own(work, caller), staff_id, now=now)
            else:
                _CHANGES[change](desk, work, caller, staff_id, sent, now)
            staff = work.staff.get(staff_id)
    except rules.NoSuchAccount as error:
        raise NotFound from error
    except rules.AccountError as error:
        return _one(desk, caller, staff_id, 400, notice=desk.wording.say(_WRONG[type(error)]))
    log.info("account.changed", staff_id=caller.staff.id, account_id=staff_id, change=change)
    if change == "password" and staff is not None:
        return _one(desk, caller, staff_id, 200, new=_code(desk, staff, code, now))
    return RedirectResponse(f"/accounts/{staff_id}?done={change}", status_code=303)


_Change = Callable[[Desk, UnitOfWork, Caller, str, Sent, datetime], object]
_CHANGES: dict[str, _Change] = {
    "roles": lambda desk, work, caller, staff_id, sent, now: rules.set_roles(
        work,
        _own(work, caller),
        staff_id,
        _roles(sent.many("role")),
        _wings(desk, caller, sent.many("wing")),
        now=now,
    ),
    "close": lambda _, work, caller, staff_id, _sent, now: rules.set_active(
        work, _own(work, caller), staff_id, active=False, now=now
    ),
    "open": lambda _, work, caller, staff_id, _sent, now: rules.set_active(
        work, _own(work, caller), staff_id, active=True, now=now
    ),
    "step": lambda _, work, caller, staff_id, _sent, now: rules.reset_second_step(
        work, _own(work, caller), staff_id, now=now
    ),
    "sessions": lambda _, work, caller, staff_id, _sent, now: rules.end_sessions(
        work, _own(work, caller), staff_id, now=now
    ),
    "emergency": lambda _, work, caller, staff_id, sent, now: rules.set_emergency(
        work, _own(work, caller), staff_id, on=sent.yes_or_no("on") is True, now=now
    ),
}


def _own(work: UnitOfWork, caller: Caller) -> Staff:
    """The account as it is: emergency access gives no more accounts to look after."""
    return work.staff.get(caller.staff.id) or caller.staff


def _roles(names: tuple[str, ...]) -> list[StaffRole]:
    try:
        return [StaffRole(name) for name in dict.fromkeys(names)]
    except ValueError as error:
        raise rules.BadAccount from error


def _wings(desk: Desk, caller: Caller, names: tuple[str, ...]) -> list[str]:
    """None ticked is the whole prison, for who sees the whole prison."""
    if not set(names) <= set(wings_of(caller, desk.product)):
        raise rules.BadAccount
    return list(dict.fromkeys(names))


def _code(desk: Desk, staff: Staff, code: str, now: datetime) -> NewCode:
    until = desk.wording.clock(now + rules.CODE_LIVES, now)
    return NewCode(code, desk.wording.say("accounts_code", username=staff.username, until=until))


def _ticks(
    desk: Desk, caller: Caller, roles: tuple[str, ...], wings: tuple[str, ...]
) -> tuple[tuple[Tick, ...], tuple[Tick, ...]]:
    named = tuple(
        Tick(role.value, desk.wording.staff_role_name(role.value), role.value in roles) for role in StaffRole
    )
    return named, tuple(Tick(wing, wing, wing in wings) for wing in wings_of(caller, desk.product))


def _list(
    desk: Desk,
    caller: Caller,
    status: int,
    *,
    notice: str = "",
    draft: Draft | None = None,
    new: NewCode | None = None,
) -> Response:
    draft = draft or Draft()
    roles, wings = _ticks(desk, caller, draft.roles, draft.wings)
    with desk.product.database.reading() as work:
        own = _own(work, caller)
        shown = [each for each in work.staff.list_of(own.prison_id) if rules.may_manage(own, each)]
        locks = work.locks.all_of([staff.id for staff in shown])
        page = AccountsPage(
            desk=desk,
            shell=shell_for(desk, caller, "accounts", work=work),
            notice=notice,
            rows=tuple(_row(desk, staff, locks) for staff in shown),
            draft=draft,
            roles=roles,
            wings=wings,
            new=new,
        )
    return desk.pages.answer("desk/accounts.html", page, status)


def _row(desk: Desk, staff: Staff, locks: dict[str, Lock]) -> AccountRow:
    say, lock = desk.wording.say, locks.get(staff.id, Lock(staff.id))
    marks = (
        ("accounts_closed", not staff.active),
        ("accounts_no_password", staff.active and not staff.password_hash and not lock.subject),
        ("accounts_by_provider", bool(lock.subject)),
        ("accounts_has_step", lock.has_second_step),
        ("accounts_emergency", lock.emergency),
    )
    return AccountRow(
        id=staff.id,
        username=staff.username,
        name=staff.name,
        roles=", ".join(desk.wording.staff_role_name(role.value) for role in staff.roles),
        wings=", ".join(staff.wings) or say("account_all_wings"),
        marks=tuple(say(key) for key, on in marks if on) or (say("accounts_mark_none"),),
    )


def _one(
    desk: Desk,
    caller: Caller,
    staff_id: str,
    status: int,
    *,
    notice: str = "",
    done: str = "",
    new: NewCode | None = None,
) -> Response:
    now = desk.product.now()
    with desk.product.database.reading() as work:
        staff = work.staff.get(staff_id)
        if staff is None or not rules.may_manage(_own(work, caller), staff):
            raise NotFound
        lock = work.locks.look(staff_id)
        roles, wings = _ticks(desk, caller, tuple(r.value for r in staff.roles), staff.wings)
        page = AccountPage(
            desk=desk,
            shell=shell_for(desk, caller, "accounts", work=work),
            notice=notice,
            id=staff.id,
            heading=staff.name,
            username=staff.username,
            done=done,
            own=staff.id == caller.staff.id,
            active=staff.active,
            has_step=lock.has_second_step,
            emergency=lock.emergency,
            roles=roles,
            wings=wings,
            sessions=tuple(
                desk.wording.say("accounts_session", since=desk.wording.clock(session.started_at, now))
                for session in work.staff.sessions_of(staff.id)
                if not sessions.is_over(session, idle=desk.idle, longest=desk.longest, now=now)
            ),
            new=new,
        )
    return desk.pages.answer("desk/account.html", page, status)
