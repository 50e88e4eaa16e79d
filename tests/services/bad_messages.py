"""Invalid messages, as somebody may put them into the portal's queue."""

import base64
import json
import pickle
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

DEEP: Final = b"[" * 20_000 + b"]" * 20_000
NUMBER: Final = b"9" * 5_000
EMBED: Final = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
JUNK: Final = (None, 7, "x", [], ["x"], {}, {"a": []}, [[1]], -1, 1e308, "9" * 400)


class Bomb:
    """Creates a file when it is unpickled."""

    def __init__(self, flag: Path) -> None:
        self.flag = flag

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.flag,))


@dataclass
class Sent:
    """A message as each broker carries it; the defaults are a good one."""

    name: str
    body: bytes = json.dumps([[], {}, EMBED]).encode()
    headers: Any = field(default_factory=dict)
    content_type: Any = "application/json"
    content_encoding: Any = "utf-8"

    def __post_init__(self) -> None:
        if isinstance(self.headers, dict):
            number = str(uuid.uuid4())
            good = {"lang": "py", "task": "clusters.sweep", "id": number}
            self.headers = {**good, "root_id": number, **self.headers}

    def envelope(self) -> dict[str, Any]:
        """What kombu writes into Redis or a file."""
        return {
            "body": base64.b64encode(self.body).decode(),
            "content-encoding": self.content_encoding,
            "content-type": self.content_type,
            "headers": self.headers,
            "properties": {
                "correlation_id": "c",
                "delivery_mode": 2,
                "delivery_info": {"exchange": "", "routing_key": "portal"},
                "priority": 0,
                "body_encoding": "base64",
                "delivery_tag": str(uuid.uuid4()),
            },
        }


def of_every_broker(flag: Path) -> Iterator[Sent]:
    """What can be sent over any broker."""
    yield from _bodies()
    yield from _headers()
    bomb = pickle.dumps(Bomb(flag))
    for kind in ("application/x-python-serialize", "pickle"):
        yield Sent(
            f"as {kind}", body=bomb, content_type=kind, content_encoding="binary"
        )
    yaml = b"!!python/object/apply:os.system ['true']"
    yield Sent("YAML", body=yaml, content_type="application/x-yaml")
    for kind in ("", "text/plain", "application/data", "application/x-msgpack"):
        yield Sent(f"as {kind!r}", content_type=kind)
    for encoding in ("", "utf-99", "binary", "zlib_codec", "utf-16"):
        yield Sent(f"in {encoding!r}", content_encoding=encoding)


def _bodies() -> Iterator[Sent]:
    nested = b'[[], {"a": ' + DEEP + b"}, {}]"
    for number, body in enumerate((DEEP, nested, b"", b"\xff\xfe", b"{", NUMBER)):
        yield Sent(f"body {number}", body=body)
    for value in JUNK:
        text = json.dumps(value).encode()
        yield Sent(f"body of {text[:20]!r}", body=text)
        yield Sent(f"arguments {text[:20]!r}", body=b"[%b, {}, {}]" % text)
        yield Sent(f"named arguments {text[:20]!r}", body=b"[[], %b, {}]" % text)
        yield Sent(f"embedded {text[:20]!r}", body=b"[[], {}, %b]" % text)
        for name in EMBED:
            embed = json.dumps(EMBED | {name: value}).encode()
            yield Sent(f"{name} {text[:20]!r}", body=b"[[], {}, %b]" % embed)
    for kind in ("uuid", "decimal", "datetime", "base64", "nothing"):
        special = json.dumps({"__type__": kind, "__value__": "x"}).encode()
        yield Sent(f"a {kind}", body=b"[[], {}, %b]" % special)


def _headers() -> Iterator[Sent]:
    names = ("task", "id", "root_id", "eta", "expires", "retries", "timelimit")
    names += ("group", "parent_id", "argsrepr", "compression", "shadow", "stamps")
    names += ("delivery_info", "reply_to", "replaced_task_nesting", "ignore_result")
    for name in names:
        for value in JUNK:
            if value is not None or name in ("task", "id"):
                yield Sent(f"{name}: {value!r:.20}", headers={name: value})
    for method in ("zlib", "bzip2", "gzip", "lzma"):
        yield Sent(f"compressed {method}", headers={"compression": method})
    old = json.dumps({"task": "clusters.sweep", "id": "1", "args": 7, "kwargs": 7})
    without = Sent("of protocol 1", body=old.encode())
    without.headers = {}
    yield without
    deep = Sent("of protocol 1, deep", body=DEEP)
    deep.headers = {}
    yield deep


def envelopes(flag: Path) -> Iterator[bytes]:
    """What can be written into Redis or a file; those of every broker go first."""
    for sent in of_every_broker(flag):
        yield json.dumps(sent.envelope()).encode()
    yield from (b"", b"\xff", b"{", b"null", b"[]", b"{}", b"7", NUMBER, DEEP)
    whole = Sent("whole").envelope()
    for name in whole:
        yield json.dumps({k: v for k, v in whole.items() if k != name}).encode()
        yield from _changed(whole, {}, name)
    for name in whole["properties"]:
        less = {k: v for k, v in whole["properties"].items() if k != name}
        yield json.dumps(whole | {"properties": less}).encode()
        yield from (
            json.dumps(whole | {"properties": less | {name: value}}).encode()
            for value in JUNK
        )


def _changed(whole: dict[str, Any], rest: dict[str, Any], name: str) -> Iterator[bytes]:
    for value in (*JUNK, {"__type__": "decimal", "__value__": "x"}):
        yield json.dumps({**whole, **rest, name: value}).encode()
    text = json.dumps({**whole, name: "HERE"}).encode()
    yield text.replace(b'"HERE"', DEEP)
