"""What was said between a person and the assistant."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.safety.message import Button, Direction, Message
from bot.store import tables as t
from bot.store.rows import Rows, to_row
from bot.store.sealed import longest_seal


class Conversation(Rows):
    def find_sent(self, person_id: str, form_key: str) -> Message | None:
        mine = (t.message.c.person_id == person_id) & (t.message.c.form_key == form_key)
        row = self.one(sa.select(t.message).where(mine))
        return _message(row) if row else None

    def find(self, person_id: str, message_id: str) -> Message | None:
        """A message of this person's own conversation."""
        mine = (t.message.c.person_id == person_id) & (t.message.c.id == message_id)
        row = self.one(sa.select(t.message).where(mine))
        return _message(row) if row else None

    def add(self, message: Message) -> Message:
        """Stores the message and gives it back with its number."""
        values = to_row(message)
        del values["seq"]
        stored = self.session.execute(sa.insert(t.message).values(values).returning(t.message.c.seq))
        return _message({**values, "seq": stored.scalar_one()})

    def latest(self, person_id: str, limit: int = 30, after: int = 0) -> Sequence[Message]:
        """The last messages, oldest of them first; only those numbered above `after`."""
        mine = (t.message.c.person_id == person_id) & (t.message.c.seq > after)
        rows = self.all(sa.select(t.message).where(mine).order_by(t.message.c.seq.desc()).limit(limit))
        return [_message(row) for row in reversed(rows)]

    def between(self, person_id: str, since: datetime, until: datetime, limit: int) -> Sequence[Message]:
        """From and to this person in that time, the oldest first."""
        mine = (t.message.c.person_id == person_id) & t.message.c.at.between(since, until)
        return [
            _message(row)
            for row in self.all(sa.select(t.message).where(mine).order_by(t.message.c.seq).limit(limit))
        ]

    def written_in(self, prison_id: str, since: datetime, longest: int) -> Iterator[Message]:
        """What the prison's people wrote since then, the latest first, streamed."""
        of_prison = t.message.join(t.person, t.person.c.id == t.message.c.person_id)
        wanted = (
            (t.person.c.prison_id == prison_id)
            & (t.message.c.direction == Direction.FROM_PERSON.value)
            & (t.message.c.at >= since)
            & (sa.func.length(sa.type_coerce(t.message.c.text, sa.Text)) <= longest_seal(longest))
        )
        statement = sa.select(t.message).select_from(of_prison).where(wanted)
        result = self.session.execute(
            statement.order_by(t.message.c.seq.desc()), execution_options={"yield_per": 1000}
        )
        for row in result.mappings():
            if len(row["text"]) <= longest:
                yield _message(dict(row))


def _message(row: dict[str, Any]) -> Message:
    row["direction"] = Direction(row["direction"])
    row["buttons"] = tuple(Button(**button) for button in row["buttons"])
    return Message(**row)
