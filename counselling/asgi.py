"""The composition root of the server: probes, static files, pages by Django, sockets and polls behind exact origins."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counselling.settings")
pages = get_asgi_application()

from chat import consumers, poll  # noqa: E402 -- models exist only after the line above
from chat.origins import ExactOrigins  # noqa: E402 -- as above
from counselling.upkeep.watching.probes import Probes  # noqa: E402 -- as above
from counselling.web.static_files import StaticFiles  # noqa: E402 -- as above

sockets = [
    path("chat/socket", consumers.SeekerConsumer.as_asgi()),
    path("team/socket", consumers.CounsellorConsumer.as_asgi()),
]
if os.environ.get("COUNSELLING_BENCH") == "1":
    from tests.bench import noop  # the benchmark's yardstick, served by the same Daphne

    sockets.append(path("bench/noop", noop.consumer().as_asgi()))

http = [
    path("chat/frames", poll.SeekerFrames.as_asgi()),
    path("chat/poll", poll.SeekerWait.as_asgi()),
    path("team/frames", poll.CounsellorFrames.as_asgi()),
    path("team/poll", poll.CounsellorWait.as_asgi()),
    re_path("", pages),  # type: ignore[arg-type]  # an ASGI application, as Channels documents
]

application = ProtocolTypeRouter(
    {"http": Probes(StaticFiles(URLRouter(http))), "websocket": ExactOrigins(URLRouter(sockets), settings.ORIGINS)}
)
