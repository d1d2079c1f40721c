"""From a frame to what it does: the same for sockets and long polls."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from chat import frames, protocol
from chat.hub import frames_role
from chat.link import Link, Stream
from chat.pools import run_db
from chat.protocol import BadFrame, Closing
from chat.runtime import Runtime
from counselling import meters
from counselling.cases.domain import calls, timeline
from counselling.cases.domain.posting import Post
from counselling.errors import DomainError, NotFound, SlowDown
from counselling.vault.sealing import Unreadable


async def receive(runtime: Runtime, link: Link, text: str) -> None:
    """Handle one frame; whatever is wrong with it is answered, and the connection stays."""
    try:
        command = protocol.parse(text)
    except BadFrame as bad:
        link.strikes += not link.pace.frames.take()
        await _answer(link, frames.bad_frame(bad.why, bad.id))
        return
    await obey(runtime, link, command)


async def obey(runtime: Runtime, link: Link, command: protocol.Command) -> None:
    """Carry out one command, or answer why not."""
    case = None if isinstance(command, protocol.Ping) else command.case
    client_id = command.id if isinstance(command, protocol.Post) else None
    try:
        if not link.may_send_frame():
            raise SlowDown
        await _HANDLERS[type(command)](runtime, link, command)
    except DomainError as problem:
        meters.REFUSED.add(type(problem).code)
        await _answer(link, frames.error(problem, case=case, client_id=client_id))
    except calls.Forged as bad:
        link.strikes += not link.pace.frames.take()
        await _answer(link, frames.bad_frame(bad.why))
    except Unreadable:
        await _answer(link, frames.error(NotFound(), case=case, client_id=client_id))


async def _answer(link: Link, frame: str) -> None:
    if link.struck_out:
        await link.hang_up(Closing.FLOOD)
    elif not link.closed:
        await link.send(frame)


async def _post(runtime: Runtime, link: Link, command: protocol.Post) -> None:
    stream = _stream(link, command.case)
    if not link.may_post():
        raise SlowDown
    text = timeline.clean_text(command.text)
    opened = stream.opened
    runtime.writer.post(Post(command.case, opened.seat, opened.role, command.id, text, opened.key), link)


async def _resume(runtime: Runtime, link: Link, command: protocol.Resume) -> None:
    """Draw what is new to the client; when it has everything it is told where the log stands."""
    if not link.may_draw():
        raise SlowDown
    await runtime.hub.open(link, command.case, command.after, announce=True)


async def _take_back(_runtime: Runtime, link: Link, command: protocol.TakeBack) -> None:
    await run_db(timeline.take_back, link.actor, command.case, command.seq)


async def _read(runtime: Runtime, link: Link, command: protocol.Read) -> None:
    stream = _stream(link, command.case)
    seq = min(command.seq, stream.sent)
    if seq <= stream.read:
        return
    stream.read = seq
    runtime.writer.mark(command.case, stream, seq)
    role = frames_role(stream)
    await runtime.hub.hint(command.case, frames.read(command.case, role, seq), but=role)
    runtime.relay.read(command.case, role, seq)


async def _typing(runtime: Runtime, link: Link, command: protocol.Typing) -> None:
    stream = _stream(link, command.case)
    if link.may_type(command.case):
        role = frames_role(stream)
        await runtime.hub.hint(command.case, frames.typing(command.case, role, link.actor.alias), but=role)
        runtime.relay.typing(command.case, role)


async def _got(runtime: Runtime, link: Link, command: protocol.Got) -> None:
    stream = _stream(link, command.case)
    stream.confirmed = min(max(stream.confirmed, command.seq), stream.sent)
    runtime.hub.log_grew(command.case, stream.end)


async def _call(runtime: Runtime, link: Link, command: protocol.Call) -> None:
    await runtime.hub.calls.open(link, calls.Place(command.case, command.meeting, command.page), command.after)


async def _signal(_runtime: Runtime, link: Link, command: protocol.Signal) -> None:
    place = calls.Place(command.case, command.meeting, command.page)
    await run_db(calls.accept, link.actor, place, command.body)


async def _ping(_runtime: Runtime, link: Link, _command: protocol.Ping) -> None:
    await link.send(frames.PONG)


def _stream(link: Link, case: UUID) -> Stream:
    """The stream that `resume` opened; raises NotFound, the same for absent and foreign cases."""
    stream = link.streams.get(case)
    if stream is None:
        raise NotFound
    return stream


_HANDLERS: dict[type, Callable[[Runtime, Link, Any], Awaitable[None]]] = {
    protocol.Post: _post,
    protocol.Resume: _resume,
    protocol.TakeBack: _take_back,
    protocol.Read: _read,
    protocol.Typing: _typing,
    protocol.Got: _got,
    protocol.Call: _call,
    protocol.Signal: _signal,
    protocol.Ping: _ping,
}
