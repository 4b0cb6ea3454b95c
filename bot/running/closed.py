"""`python -m bot.running.closed MODULE …`: a module that is not ours, behind our gate to the outside."""

import runpy
import sys

from bot.outgoing import close_all_but
from bot.running.made import check_made
from bot.settings import load_settings


def main() -> None:
    if len(sys.argv) < 2:
        raise SystemExit("closed: name a module")
    settings = close_all_but(load_settings())
    if sys.argv[1] == "rasa":
        # Each time anew: the manager starts it again after a fall, and it unpacks the archive then.
        check_made(settings)
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
