"""SQLite is told which index to walk: it does not count what its indices hold, and guesses wrong."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler


class WithHints(SQLiteCompiler):
    """Writes what `with_hint` says after the name of the table; without this SQLAlchemy leaves it out."""

    def get_from_hint_text(self, table: Any, text: str | None) -> str | None:
        return text


def take_hints(engine: sa.Engine) -> None:
    engine.dialect.statement_compiler = WithHints
