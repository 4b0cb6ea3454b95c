"""Serves the tablet app."""

import uvicorn

from bot.bootstrap import build, build_kept_judge
from bot.settings import Settings
from bot.web.assistant import RasaAssistant
from bot.web.tablet.app import create_app


def run(settings: Settings) -> None:
    """Returns when told to stop and what was under way is done. Raises what bad settings or content raise."""
    app = create_app(build(settings), build_kept_judge(settings), RasaAssistant(settings))
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.tablet_port,
        ws="none",
        # Addresses hold ids of people; what matters is logged by the app itself.
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_level="warning",
        # The part's own log, which holds no words; uvicorn's would write a trace.
        log_config=None,
        timeout_graceful_shutdown=10,
    )
