"""Starts the desk app and stops it cleanly, open boards included."""

import uvicorn

from bot.bootstrap import build
from bot.settings import Settings
from bot.web.desk.app import create_app


def run(settings: Settings) -> None:
    """Serves until it is told to stop."""
    product = build(settings)
    config = uvicorn.Config(
        create_app(product),
        host=settings.host,
        port=settings.desk_port,
        ws="none",
        # Addresses hold ids of records: they are nobody's business but the audit's.
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_level="warning",
        # The part's own log, which holds no words; uvicorn's would write a trace.
        log_config=None,
        # An open board never ends by itself; its feed is closed when the server is told to stop.
        timeout_graceful_shutdown=5,
    )
    try:
        uvicorn.Server(config).run()
    finally:
        product.database.close()
