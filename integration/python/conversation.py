"""What contract section 7 promises to a Python program, with nothing but the package `websockets`.

Run by `plain-python.test.ts`, with the URL as argument. It says one line for each thing that it has seen.
"""

import asyncio
import json
import sys
import uuid

import websockets

URL = sys.argv[1]


async def until(socket, seen, matches):
    while True:
        frame = json.loads(await socket.recv())
        seen.append(frame)
        if matches(frame):
            return frame


def is_a(kind):
    return lambda frame: frame["type"] == kind


async def main():
    seen = []
    async with websockets.connect(URL) as socket:
        assert "permessage-deflate" not in str(socket.response_headers)
        welcome = await until(socket, seen, lambda _: True)
        session = welcome["sessionId"]
        expected = f"Connected to Agent WebSocket. Session ID: {session}"
        assert (welcome["type"], welcome["seq"], welcome["content"]) == ("notification", 1, expected)
        guest = await until(socket, seen, is_a("auth"))
        print("welcomed", flush=True)

        await socket.send(json.dumps({"type": "query", "content": "Who are you? 😀"}))
        response = await until(socket, seen, is_a("response"))
        assert response["content"] == "An agent. 😀", response
        print("answered", flush=True)

        await socket.send("this is not JSON")
        error = await until(socket, seen, is_a("error"))
        assert "seq" not in error and "id" not in error and error["code"] == "INVALID_INPUT", error
        await socket.send(json.dumps({"type": "query", "content": "x", "colour": "red"}))
        error = await until(socket, seen, is_a("error"))
        assert error["fields"] == {"colour": "is not a known field"}, error
        await socket.send(json.dumps({"type": "query", "content": "/help"}))
        help_text = await until(socket, seen, is_a("ack"))
        while help_text["verb"] != "command":
            help_text = await until(socket, seen, is_a("ack"))
        assert "/cancel" in help_text["content"]
        print("went on after bad frames", flush=True)

        query = {"type": "query", "id": str(uuid.uuid4()), "content": "Say it slowly."}
        await socket.send(json.dumps(query))
        last = await until(socket, seen, is_a("delta"))
        print("left in the middle", flush=True)

    events = [frame for frame in seen if "seq" in frame]
    sys.stdin.readline()  # the test lets the answer go on, and end

    place = f"{URL}?session={session}&last_event_id={last['id']}"
    async with websockets.connect(place) as socket:
        await socket.send(json.dumps({"type": "auth", "identity": guest["identity"]}))
        await socket.send(json.dumps(query))  # once more: it counts once
        missed = []
        response = await until(socket, missed, is_a("response"))
        assert response["content"] == "One. Two. Three.", response
        ack = next((frame for frame in missed if frame["type"] == "ack"), None)
        ack = ack or await until(socket, missed, is_a("ack"))
        assert ack["reply"]["messageId"] == query["id"] == response["replyTo"]
        await socket.send(json.dumps({"type": "feedback", "messageId": response["messageId"], "content": "up"}))
        feedback = await until(socket, missed, is_a("feedback"))
        assert feedback["rating"] == "up"

    events += [frame for frame in missed if "seq" in frame]
    numbers = [event["seq"] for event in events]
    assert numbers == sorted(set(numbers)), numbers
    assert len([event for event in events if event.get("content") == "Say it slowly."]) == 1
    print("came back: nothing lost, nothing twice", flush=True)


asyncio.run(main())
