"""What the programs of all Python clients share: the questions, and the form of a report."""

import asyncio
import base64
import inspect
import json
import os
import signal
import sys
import time
import urllib.request

BASE_URL = os.environ["BASE_URL"]
API_KEY = os.environ["API_KEY"]
MODEL = os.environ["MODEL"]
VARIANT = os.environ["VARIANT"]
# A data: URL of a PNG.
IMAGE = os.environ["IMAGE"]
QUESTIONS = json.loads(os.environ["QUESTIONS"])
# What the tool of a program returns.
TOOL_RESULT = os.environ["TOOL_RESULT"]

# A folder of this run's own.
HOME = os.environ["HOME"]

TASK_SECONDS = int(os.environ.get("TASK_SECONDS", "60"))


def report(capability, **more):
    print("@@ " + json.dumps({"capability": capability, **more}), flush=True)


def wait_until_begun(capability):
    """Returns when the model answers the question of a capability: for a client that shows no first words."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while opener.open(f"{os.environ['BEGUN_URL']}/{capability}").read() != b"true":
        time.sleep(0.1)


def save_image():
    """Returns the path of a file that has the image."""
    path = os.path.join(HOME, "image.png")
    with open(path, "wb") as file:
        file.write(base64.b64decode(IMAGE.split(",")[1]))
    return path


def first_of(pieces):
    """The first piece of a stream, which its reader then leaves: so the library has its callers stop."""
    first = next(pieces)
    pieces.close()
    return first


def status_of(error):
    """The HTTP status of an error, or of the error that caused it."""
    while error is not None:
        for name in ("status_code", "status", "http_status"):
            if isinstance(getattr(error, name, None), int):
                return getattr(error, name)
        error = error.__cause__ or error.__context__
    return None


def play(**tasks):
    """Runs the task of each capability that is asked for. A task gets the question, and returns what the client gave."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)

    def too_late(*_):
        raise TimeoutError(f"no end after {TASK_SECONDS} s")

    signal.signal(signal.SIGALRM, too_late)
    for capability, question in QUESTIONS.items():
        task = tasks.get(capability)
        if task is None:
            report(capability, error={"type": "NotTried", "message": "the program does not try it"})
            continue
        signal.alarm(TASK_SECONDS)
        try:
            got = task(question)
            if inspect.isawaitable(got):
                got = loop.run_until_complete(got)
            report(capability, got=got)
        except BaseException as error:
            kind = type(error).__name__
            report(capability, error={"type": kind, "status": status_of(error), "message": str(error)[:2000]})
            print(f"{capability}: {kind}: {error}", file=sys.stderr)
        finally:
            signal.alarm(0)
