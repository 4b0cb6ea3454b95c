"""How both apps are served: no log of addresses, no name of the server, TLS where there is a certificate."""

import uvicorn
from starlette.types import ASGIApp

from bot.settings import Settings
from bot.tls import tls_context


def server(app: ASGIApp, settings: Settings, port: int, *, end_seconds: int) -> uvicorn.Server:
    """Not started yet. What is under way has `end_seconds` when it is told to stop. Raises BadSettings."""
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=port,
        ws="none",
        # Addresses hold ids of people and of records; what matters is logged by the app itself.
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_level="warning",
        # The part's own log, which holds no words; uvicorn's would write a trace.
        log_config=None,
        timeout_graceful_shutdown=end_seconds,
    )
    config.load()
    config.ssl = tls_context(settings)
    return uvicorn.Server(config)
