"""What a part writes into its log: kinds, places, ids and counts; never words, whoever logs."""

import json
import logging
import subprocess
import sys
import textwrap

from bot.running.logs import WithoutWords
from bot.settings import ROOT

WORDS = "cant do this no more zebulonius"


def line_of(name: str, message: str, *args: object, error: BaseException | None = None) -> str:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.ERROR, "/x/library.py", 7, message, args, info)
    return WithoutWords().format(record)


def test_a_library_says_where_and_what_kind_and_no_words() -> None:
    try:
        raise ValueError(WORDS)
    except ValueError as error:
        lines = [line_of("sqlalchemy", f"odd {WORDS}"), line_of("asyncio", "Task %s", WORDS, error=error)]

    assert not any(WORDS in line for line in lines)
    assert json.loads(lines[1])["error"] == "ValueError"
    assert json.loads(lines[0])["place"] == "library.py:7"


def test_the_server_may_say_what_is_wrong_with_a_port_but_shows_no_error() -> None:
    assert "address already in use" in line_of("uvicorn.error", "address already in use")
    assert WORDS not in line_of("uvicorn.error", WORDS, error=ValueError(WORDS))


def test_what_ends_a_part_or_a_thread_leaves_no_words_behind() -> None:
    program = f"""
        import threading
        from bot.running.logs import logged
        logged()
        def fail():
            words = "{WORDS}"
            raise ValueError(words)
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        fail()
    """

    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert WORDS not in done.stderr + done.stdout
    assert [json.loads(line)["error"] for line in done.stderr.splitlines()] == ["ValueError"] * 2
