"""What every program here is: a client that others wrote, with its calls by name.

A line of standard input is a call, {"do": name, ...}; a line of standard output is its
answer, {"told": {...}} or {"refused": {name, message, stack}}. The first line is the
client's version and the names of its calls.
"""
import importlib.metadata
import json
import sys
import traceback

import pyotp

to = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}


class Refusal(Exception):
    """What a client refuses otherwise than by botocore's ClientError."""

    def __init__(self, name, message):
        super().__init__(message)
        self.name = name


def totp(secret, at, **_):
    """The code of an authenticator app; at is in seconds."""
    return {"code": pyotp.TOTP(secret).at(int(at))}


def refused(err):
    service = getattr(err, "response", {}).get("Error", {})
    name = service.get("Code") or getattr(err, "name", None) or type(err).__name__
    return {"name": name, "message": service.get("Message") or str(err), "stack": traceback.format_exc()}


def serve(package, calls):
    """Answer until standard input ends."""
    def say(line):
        print(json.dumps(line), flush=True)

    say({"told": {"version": importlib.metadata.version(package), "calls": " ".join(calls)}})
    for line in sys.stdin:
        given = json.loads(line)
        try:
            say({"told": calls[given.pop("do")](**given) or {}})
        except Exception as err:
            say({"refused": refused(err)})
