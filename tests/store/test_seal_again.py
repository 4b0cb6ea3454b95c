"""All that is sealed comes under a new key while the product runs, and what was open is sealed."""

import contextlib

import sqlalchemy as sa

from bot.learning.model import Fate
from bot.safety.message import Direction, Message
from bot.store import sealing
from bot.store.database import Database
from bot.store.sealed import Sealer
from bot.store.sealing import seal_again, sealed_columns, sealed_tables
from tests.support.builders import NOW, SEALER
from tests.support.filling import fill_every_table

OLD, NEW = "s" * 32, "n" * 32
BOTH = Sealer.of(f"{NEW},{OLD}", marks_by=OLD)


def _again(database: Database, url: str, sealer: Sealer, **how: bool) -> tuple[Database, dict[str, int]]:
    database.close()
    opened = Database(url, sealer)
    counts = list(seal_again(opened, pause=lambda _: None, **how))
    assert not any(each.unopened for each in counts if each.name != "pressure_report"), counts
    return opened, {each.name: each.sealed_again + each.sealed_first for each in counts}


def _stored(database: Database) -> list[str]:
    """Every sealed value as it stands in the database."""
    found = []
    with database.engine.connect() as connection:
        for table in sealed_tables():
            for column in sealed_columns(table):
                rows = connection.execute(sa.text(f'SELECT "{column.name}" FROM {table.name}'))
                found += [str(row[0]).strip('"') for row in rows if row[0]]
    return found


def test_after_it_the_old_key_can_go(database: Database, url: str) -> None:
    fill_every_table(database)

    again, counts = _again(database, url, BOTH)
    again.close()
    new = Database(url, Sealer.of(NEW, marks_by=OLD))

    assert counts["message"] == 1
    with new.reading() as work:
        (message,) = work.messages.latest("sam")
        assert message.text == "cant do this no more"
        assert {line.text for line in work.not_understood.list_of("oakmoor", Fate.NEW)} == {"wen is da ting"}
        assert work.safety.entries_of(str(message.record_id))[0].words["text"] == "cant do this no more"
    assert not any(SEALER.is_newest(value) for value in _stored(new))
    new.close()


def test_done_again_it_changes_nothing(database: Database, url: str) -> None:
    fill_every_table(database)
    again, _ = _again(database, url, BOTH)

    again, counts = _again(again, url, BOTH)

    assert set(counts.values()) == {0}
    again.close()


def test_stopped_in_the_middle_it_goes_on_where_it_was(database: Database, url: str) -> None:
    fill_every_table(database)
    _write(database, 3 * sealing.BATCH)
    database.close()
    opened, waits = Database(url, BOTH), 0

    def stop(_: float) -> None:
        nonlocal waits
        waits += 1
        if waits == 2:
            raise KeyboardInterrupt

    with contextlib.suppress(KeyboardInterrupt):
        list(seal_again(opened, pause=stop))
    rest = {each.name: each for each in seal_again(opened, anew=False, pause=lambda _: None)}
    whole = {each.name: each for each in seal_again(opened, anew=False, pause=lambda _: None)}

    assert sum(each.seen for each in rest.values()) > 0
    assert sum(each.seen for each in whole.values()) == 0, "all is done under this key"
    assert not any(SEALER.is_newest(value) for value in _stored(opened))
    opened.close()


def test_what_was_stored_open_is_sealed_and_found_as_before(database: Database, url: str) -> None:
    fill_every_table(database)
    _open_up(database)
    with database.reading() as work:
        assert work.messages.latest("sam")[0].text == "cant do this no more", "read as it is until then"

    again, counts = _again(database, url, SEALER)

    assert counts["message"] == 1
    assert not any("cant do this" in value for value in _stored(again))
    with again.reading() as work:
        (message,) = work.messages.latest("sam")
        assert message.text == "cant do this no more"
    again.close()


def test_what_somebody_changes_meanwhile_is_left_to_them(database: Database) -> None:
    fill_every_table(database)
    table = next(table for table in sealed_tables() if table.name == "not_understood")
    with database.reading() as work:
        (line,) = work.not_understood.list_of("oakmoor", Fate.NEW)
    row = {"id": line.id, "text": "as it was read", "mark": line.mark}

    with database.writing() as work:
        raw = sealing._raw(table)
        sealing._write(work.session, SEALER, table, raw, row, {"text": SEALER.seal("too late")})

    with database.reading() as work:
        assert work.not_understood.list_of("oakmoor", Fate.NEW)[0].text == line.text


def test_a_start_with_the_wrong_keys_is_seen_before_anything_is_written(database: Database, url: str) -> None:
    fill_every_table(database)
    database.close()

    for keys, found in ((OLD, False), (f"{NEW},{OLD}", False), (NEW, True)):
        opened = Database(url, Sealer.of(keys, marks_by=OLD))
        assert bool(sealing.not_opened(opened)) is found, keys
        opened.close()


def test_a_lost_key_is_counted_and_nothing_is_lost(database: Database, url: str) -> None:
    fill_every_table(database)
    before = sorted(_stored(database))
    database.close()
    opened = Database(url, Sealer.of(NEW, marks_by=OLD))

    counts = {each.name: each for each in seal_again(opened, pause=lambda _: None)}

    assert counts["message"].unopened == 1
    assert sorted(_stored(opened)) == before
    opened.close()


def _write(database: Database, many: int) -> None:
    with database.writing() as work:
        for number in range(many):
            work.messages.add(
                Message(f"m{number}", "ali", "d", Direction.FROM_PERSON, f"words {number}", NOW, f"f{number}")
            )


def _open_up(database: Database) -> None:
    """As it was stored before words were sealed."""
    with database.engine.begin() as connection:
        connection.execute(sa.text("UPDATE message SET text = 'cant do this no more', buttons = '[]'"))
