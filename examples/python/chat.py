"""Talks to the agent in a terminal, over the plain JSON WebSocket (docs/plain-websocket.md).

Start the server first (`npm start`), then `python3 examples/python/chat.py`: a line is a question, or a
command such as /cancel or /help. A pipe works too: `echo "What is a log?" | python3 examples/python/chat.py`.
It needs the package `websockets`, 10 or newer (Debian: `apt install python3-websockets`).

AGENT_URL says where the server is. AGENT_TOKEN is a token of your own login; without one you are a guest.
"""

import asyncio
import json
import os
import random
import sys
import threading
import uuid
from urllib.parse import urlencode

import websockets

URL = os.environ.get("AGENT_URL", "ws://127.0.0.1:3001/ws")
TOKEN = os.environ.get("AGENT_TOKEN")

NOT_SIGNED_IN = 4401
NO_SUCH_SESSION = 4404


class Chat:
    """One conversation. It outlives its connection: it comes back to where it stood."""

    def __init__(self):
        self.socket = None
        self.identity = None  # brings a guest back
        self.session = None
        self.last_id = None  # the cursor: the id of the last event that was seen
        self.unacknowledged = {}  # frames by id, sent again until the server has them
        self.unanswered = set()  # ids of what was said, until all is said
        self.idle = asyncio.Event()  # nothing of these two is left
        self.idle.set()
        self.answer = None  # id of the answer that is being printed
        self.text = b""  # what there is of it, in UTF-16, since offsets count its units
        self.printed = b""

    async def run(self):
        """Connects, and connects again, until there is no point in it."""
        while True:
            try:
                async with websockets.connect(self.address(), max_size=None) as socket:
                    await self.begin(socket)
                    async for message in socket:
                        self.take(json.loads(message))
                code = socket.close_code
            except websockets.ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else None
            except (OSError, websockets.WebSocketException):
                code = None
            finally:
                self.socket = None
            if code == NO_SUCH_SESSION or (code == NOT_SIGNED_IN and TOKEN):
                print(f"The server closed the conversation ({code}).", file=sys.stderr)
                return
            # Not all clients at the same moment.
            await asyncio.sleep(random.uniform(0.1, 1))

    def address(self):
        if self.session is None or not (TOKEN or self.identity):
            return URL  # a new session
        place = {"session": self.session}
        if self.last_id is not None:
            place["last_event_id"] = self.last_id
        return f"{URL}?{urlencode(place)}"

    async def begin(self, socket):
        if TOKEN:
            await socket.send(json.dumps({"type": "auth", "token": TOKEN}))
        elif self.identity:
            await socket.send(json.dumps({"type": "auth", "identity": self.identity}))
        for frame in list(self.unacknowledged.values()):
            await socket.send(json.dumps(frame))
        self.socket = socket

    async def say(self, content):
        """A question or a command. It has an id, so that it counts once however often it is sent."""
        frame = {"type": "query", "id": str(uuid.uuid4()), "content": content}
        self.unacknowledged[frame["id"]] = frame
        self.unanswered.add(frame["id"])
        self.idle.clear()
        if self.socket:
            try:
                await self.socket.send(json.dumps(frame))
            except websockets.ConnectionClosed:
                pass  # sent again after the next connect

    def take(self, frame):
        if "seq" in frame:  # an event of the log: the others have neither `seq` nor `id`
            self.last_id = frame["id"]
        self.session = frame.get("sessionId", self.session)
        kind = frame["type"]
        if kind == "auth":
            self.identity = frame.get("identity", self.identity)
        elif kind == "ack":
            self.unacknowledged.pop(frame["requestId"], None)
            if frame["verb"] == "command":
                print(frame["content"], flush=True)
            if frame["verb"] == "command" or frame["reply"]["state"] == "done":
                self.unanswered.discard(frame["requestId"])
        elif kind == "delta":
            self.show(frame["messageId"], frame["offset"], frame["content"])
        elif kind == "response":
            self.show(frame["messageId"], 0, frame["content"])
            print(flush=True)
            self.unanswered.discard(frame["replyTo"])
        elif kind == "notification":
            print(f"[{frame['content']}]", flush=True)
        elif kind == "error":
            print(frame["content"], file=sys.stderr, flush=True)
            self.unanswered.discard(frame.get("messageId", frame.get("requestId")))
            self.unacknowledged.pop(frame.get("requestId"), None)
        if not self.unacknowledged and not self.unanswered:
            self.idle.set()

    def show(self, answer, offset, content):
        """The answer's text is what stood before `offset`, then `content`. Prints what is new of it."""
        if answer != self.answer:
            self.answer, self.text, self.printed = answer, b"", b""
        self.text = self.text[: offset * 2] + content.encode("utf-16-le")
        if not self.text.startswith(self.printed):  # it began anew
            print(flush=True)
            self.printed = b""
        print(self.text[len(self.printed) :].decode("utf-16-le"), end="", flush=True)
        self.printed = self.text


async def main():
    chat = Chat()
    connection = asyncio.create_task(chat.run())
    talk = asyncio.create_task(say_lines(chat))
    done, _ = await asyncio.wait({connection, talk}, return_when=asyncio.FIRST_COMPLETED)
    connection.cancel()  # says goodbye to the server
    await asyncio.wait({connection})
    return 1 if connection in done else 0


async def say_lines(chat):
    lines = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read():
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line.strip())
        loop.call_soon_threadsafe(lines.put_nowait, None)

    # Nobody waits for this thread: it may sit at the keyboard for ever.
    threading.Thread(target=read, daemon=True).start()
    while (line := await lines.get()) is not None:
        if line:
            await chat.say(line)
    await chat.idle.wait()  # the end of a pipe: the answers are still to come


if __name__ == "__main__":
    try:
        sys.exit(asyncio.run(main()))
    except KeyboardInterrupt:
        pass
