"""Requests take turns: so many at once, in their order, and none that reads slowly holds one."""

import asyncio

from starlette.types import Message, Receive, Scope, Send

from api.turns import Turns


class Works:
    """An application that notes who is at work, and works until it is told to go on."""

    def __init__(self) -> None:
        self.at_work: list[str] = []
        self.most = 0
        self.order: list[str] = []
        self.go = asyncio.Event()

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        self.at_work.append(scope["path"])
        self.order.append(scope["path"])
        self.most = max(self.most, len(self.at_work))
        await self.go.wait()
        self.at_work.remove(scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


def test_so_many_are_at_work_and_the_others_wait_in_order() -> None:
    async def ask() -> Works:
        works = Works()
        turns = Turns(works, at_once=2)
        sent: list[Message] = []

        async def keep(message: Message) -> None:
            sent.append(message)

        asked = [
            asyncio.create_task(turns({"type": "http", "path": f"/{number}"}, _nothing, keep)) for number in range(6)
        ]
        await asyncio.sleep(0.01)
        assert works.at_work == ["/0", "/1"]
        long = asyncio.create_task(turns({"type": "http", "path": "/cases/1/exports/pdf"}, _nothing, keep))
        await asyncio.sleep(0.01)
        assert works.at_work == ["/0", "/1", "/cases/1/exports/pdf"], "what has turns of its own does not wait"
        works.go.set()
        await asyncio.gather(*asked, long)
        assert len(sent) == 14
        return works

    works = asyncio.run(ask())
    assert [path for path in works.order if path.count("/") == 1] == [f"/{number}" for number in range(6)]


def test_who_reads_slowly_or_fails_holds_no_turn() -> None:
    async def ask() -> list[str]:
        answered: list[str] = []
        slow = asyncio.Event()

        async def app(scope: Scope, _receive: Receive, send: Send) -> None:
            if scope["path"] == "/fails":
                raise ValueError(scope["path"])
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"long"})
            answered.append(scope["path"])

        async def slowly(message: Message) -> None:
            if message["type"] == "http.response.body":
                await slow.wait()

        async def at_once(_message: Message) -> None:
            return

        turns = Turns(app, at_once=1)
        held = asyncio.create_task(turns({"type": "http", "path": "/slow"}, _nothing, slowly))
        await asyncio.sleep(0.01)
        for path in ("/fails", "/quick"):
            try:
                await asyncio.wait_for(turns({"type": "http", "path": path}, _nothing, at_once), 5)
            except ValueError:
                answered.append(path)
        slow.set()
        await held
        return answered

    assert asyncio.run(ask()) == ["/fails", "/quick", "/slow"]
