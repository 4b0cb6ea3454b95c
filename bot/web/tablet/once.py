"""A form does its deed once: the note of it in the conversation carries the form's key, which is unique."""

import uuid

from bot.safety.message import Button, Direction, Message
from bot.store.unit_of_work import UnitOfWork
from bot.web.tablet.context import Visit


def was_done(work: UnitOfWork, person_id: str, key: str) -> bool:
    """Call it with the person's row locked: of one form sent twice at once, the second then finds it."""
    return work.messages.find_sent(person_id, key) is not None


def note(work: UnitOfWork, visit: Visit, key: str, words: str, buttons: tuple[Button, ...] = ()) -> None:
    """Says in the conversation what was done, in the transaction that does it."""
    work.messages.add(
        Message(
            id=uuid.uuid4().hex,
            person_id=visit.person.id,
            device_id=visit.device.id,
            direction=Direction.TO_PERSON,
            text=words,
            at=visit.product.now(),
            form_key=key,
            buttons=buttons,
        )
    )
