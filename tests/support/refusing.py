"""SQLite that refuses what PostgreSQL refuses: a NUL in any text."""

from typing import Any

import sqlalchemy as sa


def refuse_nul(engine: sa.Engine) -> None:
    """From now on a statement with a NUL among its values fails, as it does in production."""

    @sa.event.listens_for(engine, "before_cursor_execute")
    def look(_connection: Any, _cursor: Any, _statement: str, values: Any, *_rest: Any) -> None:
        if "\\x00" in repr(values):
            raise ValueError("a text holds a NUL")
