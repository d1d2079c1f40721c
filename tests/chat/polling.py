"""The long poll in few words, for a chat of the house."""

from typing import Any
from uuid import uuid4

from tests.chat.client import Frame, ask
from tests.chat.house import Chat


async def news(chat: Chat, after: int, cookie: str = "") -> list[Frame]:
    """What a poll of the seeker, or of whoever holds the cookie, brings."""
    path = "/team/poll" if cookie == chat.counsellor else "/chat/poll"
    status, frames = await ask(path, {"have": {chat.case: after}}, cookie or chat.seeker, seconds=30)
    assert status == 200
    return frames


async def say(chat: Chat, *sent: dict[str, Any], cookie: str = "") -> list[Frame]:
    """The answers to these frames."""
    path = "/team/frames" if cookie == chat.counsellor else "/chat/frames"
    status, frames = await ask(path, {"frames": list(sent)}, cookie or chat.seeker)
    assert status == 200
    return frames


def post(chat: Chat, text: str, message_id: str = "") -> dict[str, str]:
    return {"type": "post", "case": chat.case, "id": message_id or str(uuid4()), "text": text}


def entries(frames: list[Frame]) -> list[Frame]:
    return [frame for frame in frames if frame["type"] == "entry"]
