"""A proxy between a Neo4j driver and its server that cuts connections and injects failures at exact messages.

It speaks Bolt's framing: a message is a run of chunks, each with two bytes of length before it, and ends with a
chunk of no bytes. Every request but GOODBYE has one last answer, so counting both tells when the server is done.
Only Bolt 5.0 to 5.4 is negotiated, whatever the driver offers: later versions shape failures differently.
"""

import asyncio
import socket
import struct
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urlsplit

HOST = "127.0.0.1"

_GREETING = 20  # bytes: a magic number and four offers of versions
_MAGIC = bytes.fromhex("6060b017")
_OFFERS = bytes.fromhex("00040405" + 3 * "00000000")  # 5.4 and the four versions below it, and nothing else
_ANSWER = 4  # bytes: the version taken
_LONGEST_CHUNK = 0xFFFF
_GOODBYE, _RESET, _RUN, _BEGIN, _COMMIT, _ROLLBACK = 0x02, 0x0F, 0x10, 0x11, 0x12, 0x13
_SUCCESS, _IGNORED, _FAILURE = 0x70, 0x7E, 0x7F
_RESETS = struct.pack("ii", 1, 0)  # with this SO_LINGER a close resets the connection

_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(slots=True)
class Fault:
    """Something to happen ``times`` times, or always if None, and how often it has ``happened``."""

    times: int | None
    happened: int = 0

    def happens(self, tag: int, runs: int | None) -> bool:
        """Whether it happens at this request, which it then counts; ``runs`` are those before it in a transaction."""
        if (self.times is not None and self.happened >= self.times) or not self._meets(tag, runs):
            return False
        self.happened += 1
        return True

    def _meets(self, tag: int, runs: int | None) -> bool:
        raise NotImplementedError


@dataclass(slots=True)
class _CutAtCommit(Fault):
    before: bool = True

    def _meets(self, tag: int, runs: int | None) -> bool:
        return tag == _COMMIT


@dataclass(slots=True)
class _FailTransiently(Fault):
    after: int = 0
    code: str = ""

    def _meets(self, tag: int, runs: int | None) -> bool:
        return tag == _RUN and runs == self.after


@dataclass(slots=True)
class _CutAfter(Fault):
    queries: int = 0
    passed: int = 0

    def _meets(self, tag: int, runs: int | None) -> bool:
        if tag != _RUN:
            return False
        self.passed = (self.passed + 1) % (self.queries + 1)
        return self.passed == 0


@dataclass(slots=True)
class _Rewrite(Fault):
    old: bytes = b""
    new: bytes = b""

    def _meets(self, tag: int, runs: int | None) -> bool:
        return False  # it is for what the server sends

    def rewritten(self, message: bytes) -> bytes:
        """The message as it is to be sent on."""
        if (self.times is not None and self.happened >= self.times) or self.old not in message:
            return message
        self.happened += 1
        return message.replace(self.old, self.new)


_F = TypeVar("_F", bound=Fault)


class BoltProxy:
    """Listens on a port of its own and passes on what comes to the server of a ``bolt://`` URL, until it is closed.

    ``url`` is that URL with the proxy's port, ``address`` the same without user and password. Each method that makes
    a fault gives it back, to be asked how often it happened. A request meets one fault at most, the eldest.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "bolt" or parts.hostname is None or parts.port is None:
            raise ValueError("a proxy wants bolt://host:port: routing leads past it, and TLS hides the messages")
        self._server = parts.hostname, parts.port
        self._faults: list[Fault] = []
        self._connections: set[_Connection] = set()
        self._error: Exception | None = None
        listening = socket.create_server((HOST, 0))
        self.port: int = listening.getsockname()[1]
        self.address = f"bolt://{HOST}:{self.port}"
        who, at, _ = parts.netloc.rpartition("@")
        self.url = f"bolt://{who}{at}{HOST}:{self.port}"
        self._loop = asyncio.new_event_loop()
        self._closing = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._listen(listening),))
        self._thread.daemon = True
        self._thread.start()

    def cut_at_commit(self, *, before: bool, times: int | None = 1) -> Fault:
        """Cuts the connection at a COMMIT.

        ``before`` the server sees it, so that the transaction is rolled back; or after the server has answered and
        before the client hears, so that it is committed and the client cannot know.
        """
        return self._added(_CutAtCommit(times, before=before))

    def fail_transiently(
        self,
        *,
        after: int = 0,
        code: str = "Neo.TransientError.Transaction.DeadlockDetected",
        times: int | None = 1,
    ) -> Fault:
        """Answers the query that follows the first ``after`` of a transaction with the failure ``code``.

        The server never sees that query; it rolls the transaction back at the RESET that a driver sends then.
        """
        return self._added(_FailTransiently(times, after=after, code=code))

    def cut_after(self, *, queries: int, times: int | None = 1) -> Fault:
        """Lets so many queries of all connections through, to their answers, and cuts the one that asks another."""
        return self._added(_CutAfter(times, queries=queries))

    def rewrite(self, old: bytes, new: bytes, *, times: int | None = None) -> Fault:
        """Replaces bytes by as many others in what the server sends; counts messages, and ends only if told when."""
        if len(old) != len(new) or not old:
            raise ValueError(f"{old!r} cannot be replaced by {new!r}: they differ in length or are empty")
        return self._added(_Rewrite(times, old=old, new=new))

    def _added(self, fault: _F) -> _F:
        self._faults.append(fault)
        return fault

    def heal(self) -> None:
        """Forgets every fault."""
        self._faults.clear()

    def close(self) -> None:
        """Cuts every connection and stops listening. Raises what went wrong in the proxy itself, if anything did."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._closing.set)
            self._thread.join()
            self._loop.close()
        if self._error is not None:
            raise self._error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def _listen(self, listening: socket.socket) -> None:
        tasks: set[asyncio.Task[None]] = set()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.create_task(self._serve((reader, writer)))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        async with await asyncio.start_server(accept, sock=listening) as server:
            await self._closing.wait()
            server.close()
            for connection in self._connections:
                connection.cut()
            await asyncio.gather(*tasks)

    async def _serve(self, client: _Streams) -> None:
        try:
            server = await asyncio.open_connection(*self._server)
        except OSError:
            client[1].transport.abort()
            return
        for _reader, writer in (client, server):  # asyncio leaves it to chance for a socket that it was given
            writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = _Connection(client, server, self._faults)
        self._connections.add(connection)
        try:
            await connection.run()
        except* (EOFError, ConnectionError):
            pass  # either side left, or the proxy cut
        except* Exception as group:
            self._error = group
        finally:
            await connection.close()
            self._connections.discard(connection)


class _Connection:
    """One client's connection and the proxy's own to the server."""

    def __init__(self, client: _Streams, server: _Streams, faults: list[Fault]) -> None:
        self._client, self._to_client = client
        self._server, self._to_server = server
        self._faults = faults
        self._awaited: deque[bool] = deque()  # for each unanswered request, whether its last answer is cut off
        self._idle = asyncio.Event()
        self._idle.set()
        self._runs: int | None = None
        self._failed = False

    async def run(self) -> None:
        """Passes messages on until either side ends or a fault cuts: always raises, in a group."""
        async with asyncio.TaskGroup() as group:
            greeting = await self._client.readexactly(_GREETING)
            if not greeting.startswith(_MAGIC):
                raise ConnectionError(f"{greeting!r} is not Bolt")
            self._to_server.write(_MAGIC + _OFFERS)
            self._to_client.write(await self._server.readexactly(_ANSWER))
            group.create_task(self._requests())
            group.create_task(self._answers())

    def cut(self) -> None:
        """Resets both connections at once."""
        for writer in (self._to_client, self._to_server):
            with suppress(OSError):
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESETS)
            writer.transport.abort()

    async def close(self) -> None:
        """Closes both connections, after what is still to be sent."""
        for writer in (self._to_client, self._to_server):
            writer.close()
        for writer in (self._to_client, self._to_server):
            with suppress(OSError):
                await writer.wait_closed()

    async def _requests(self) -> None:
        while True:
            message = await _read(self._client)
            tag = message[1] if message else None
            if tag is not None and self._failed and tag not in {_RESET, _GOODBYE}:
                await _write(self._to_client, bytes([0xB0, _IGNORED]))
                continue
            fault = self._fault(tag) if tag is not None else None
            match fault:
                case _FailTransiently(code=code):
                    await self._idle.wait()
                    self._failed = True
                    await _write(self._to_client, _failure(code, "injected between the driver and the server"))
                    continue
                case _CutAtCommit(before=True) | _CutAfter():
                    await self._idle.wait()
                    self.cut()
                    raise ConnectionAbortedError
            if tag is not None and tag != _GOODBYE:
                self._note(tag)
                self._awaited.append(fault is not None)
                self._idle.clear()
            await _write(self._to_server, message)

    def _fault(self, tag: int) -> Fault | None:
        return next((fault for fault in list(self._faults) if fault.happens(tag, self._runs)), None)

    def _note(self, tag: int) -> None:
        if tag == _BEGIN:
            self._runs = 0
        elif tag in {_COMMIT, _ROLLBACK, _RESET}:
            self._runs = None
            self._failed = False
        elif tag == _RUN and self._runs is not None:
            self._runs += 1

    async def _answers(self) -> None:
        while True:
            message = await _read(self._server)
            for fault in list(self._faults):
                if isinstance(fault, _Rewrite):
                    message = fault.rewritten(message)
            last = bool(message) and message[1] in {_SUCCESS, _IGNORED, _FAILURE}
            if last and self._awaited.popleft():
                self.cut()
                raise ConnectionAbortedError
            await _write(self._to_client, message)
            if not self._awaited:
                self._idle.set()


async def _read(reader: asyncio.StreamReader) -> bytes:
    """One message; empty if it only keeps the connection alive."""
    chunks = []
    while size := int.from_bytes(await reader.readexactly(2)):
        chunks.append(await reader.readexactly(size))
    return b"".join(chunks)


async def _write(writer: asyncio.StreamWriter, message: bytes) -> None:
    chunks = [message[start : start + _LONGEST_CHUNK] for start in range(0, len(message), _LONGEST_CHUNK)]
    writer.write(b"".join(len(chunk).to_bytes(2) + chunk for chunk in (*chunks, b"")))
    await writer.drain()


def _failure(code: str, text: str) -> bytes:
    """A FAILURE message: a structure of one map with two strings."""
    fields = b"".join(_string(part) for part in ("code", code, "message", text))
    return bytes([0xB1, _FAILURE, 0xA2]) + fields


def _string(text: str) -> bytes:
    """A string as Bolt packs it, with its length in one byte: at most 255."""
    coded = text.encode()
    return b"\xd0" + len(coded).to_bytes(1) + coded
