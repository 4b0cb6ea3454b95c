"""Forms that staff send: the token is checked first, and what was typed is made safe to store."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from bot.safety.message import MAX_LENGTH, BadMessage, clean, storable
from bot.web.desk.desk import Caller, Desk
from bot.web.forms import ExpiredForm, StaleForm

_MOST_FIELDS = 200


class TooLong(Exception):
    """More was typed in one field than any field takes. Nothing was stored."""


@dataclass(frozen=True)
class Sent:
    """The fields of a form. A missing field is an empty text. What an `expired` form asks for is not done."""

    data: FormData
    expired: bool = False

    def raw(self, name: str) -> str:
        """As it was typed, for passwords."""
        value = self.data.get(name, "")
        return value if isinstance(value, str) else ""

    def text(self, name: str, longest: int = MAX_LENGTH) -> str:
        """Without what no database can hold. Raises TooLong: nothing is cut in silence."""
        return _tidy(self.raw(name), longest)

    def whole(self, name: str) -> str:
        """However long: for a form that says itself what is too long, with the text still in it."""
        return storable(self.raw(name))

    def many(self, name: str) -> tuple[str, ...]:
        return tuple(_tidy(value, 64) for value in self.data.getlist(name) if isinstance(value, str))

    def yes_or_no(self, name: str) -> bool | None:
        """None when neither was chosen: an answer is never guessed."""
        return {"yes": True, "no": False}.get(self.raw(name))


async def checked_form(request: Request) -> Sent:
    """Every form of a signed-in account goes through here. Raises StaleForm."""
    desk: Desk = request.app.state.desk
    caller: Caller = request.state.caller
    return await read_form(request, desk, caller.session.id)


async def kept_form(request: Request) -> Sent:
    """For a form with much to type: one of an earlier session or of yesterday is given back, not refused.

    Raises StaleForm for a token that is none of ours.
    """
    try:
        return await checked_form(request)
    except ExpiredForm:
        return Sent(await request.form(max_files=0, max_fields=_MOST_FIELDS), expired=True)


async def read_form(request: Request, desk: Desk, owner: str) -> Sent:
    sent = Sent(await request.form(max_files=0, max_fields=_MOST_FIELDS))
    if not owner:
        raise StaleForm
    desk.tokens.key(sent.raw("token"), owner)
    return sent


CheckedForm = Annotated[Sent, Depends(checked_form)]
KeptForm = Annotated[Sent, Depends(kept_form)]


def _tidy(text: str, longest: int) -> str:
    try:
        kept = clean(text)
    except BadMessage as error:
        if error.why == "message_empty":
            return ""
        raise TooLong from error
    if len(kept) > longest:
        raise TooLong
    return kept
