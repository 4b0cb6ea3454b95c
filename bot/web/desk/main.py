"""Starts the desk app and stops it cleanly, open boards included."""

from bot.bootstrap import build
from bot.settings import Settings
from bot.web.desk.app import create_app
from bot.web.serving import server


def run(settings: Settings) -> None:
    """Serves until it is told to stop."""
    product = build(settings)
    try:
        # An open board never ends by itself; its feed is closed when the server is told to stop.
        server(create_app(product), settings, settings.desk_port, end_seconds=5).run()
    finally:
        product.database.close()
