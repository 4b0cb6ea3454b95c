"""Serves the tablet app."""

from bot.bootstrap import build, build_kept_judge
from bot.settings import Settings
from bot.web.assistant import RasaAssistant
from bot.web.serving import server
from bot.web.tablet.app import create_app


def run(settings: Settings) -> None:
    """Returns when told to stop and what was under way is done. Raises what bad settings or content raise."""
    app = create_app(build(settings), build_kept_judge(settings), RasaAssistant(settings))
    server(app, settings, settings.tablet_port, end_seconds=10).run()
