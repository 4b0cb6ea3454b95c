"""The rights that the product's own database role needs on PostgreSQL, and no more."""

import re
from collections.abc import Iterator
from typing import Final

from bot.store.tables import metadata

_APPEND_ONLY: Final = ("safety_entry", "audit", "signed_head")
_ONE_ROW: Final = ("chain_head", "audit_head")
_WORDS: Final = ("safety_words", "audit_words")


class BadRole(Exception):
    """No name for a role."""


def statements(role: str) -> Iterator[str]:
    """For the owner of the tables, who runs the migrations and is another role. Raises BadRole.

    Whoever runs as `role` can neither change an entry nor take away the triggers that refuse it.
    """
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", role):
        raise BadRole(role)
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role};"
    yield f"GRANT USAGE ON SCHEMA public TO {role};"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role};"
    yield f"GRANT SELECT ON alembic_version TO {role};"
    for table in sorted(metadata.tables):
        yield f"GRANT {_rights(table)} ON {table} TO {role};"


def _rights(table: str) -> str:
    if table in _APPEND_ONLY:
        return "SELECT, INSERT"
    if table in _ONE_ROW:
        return "SELECT, UPDATE"
    if table in _WORDS:
        return "SELECT, INSERT, DELETE, UPDATE (sealed)"
    return "SELECT, INSERT, UPDATE, DELETE"
