"""What the runner hands to every program, and how a program says what it got: a line of JSON for each step."""

import json
import os
import traceback
from collections.abc import Callable

URL = os.environ["CLIENT_URL"]
KEY = os.environ["CLIENT_KEY"]
USER = os.environ["CLIENT_USER"]
UID = os.environ["CLIENT_UID"]
QUESTION = os.environ["CLIENT_QUESTION"]
SLOW_QUESTION = os.environ["CLIENT_SLOW_QUESTION"]
NO_MODEL = os.environ["CLIENT_NO_MODEL"]
NEW_TURN = os.environ["CLIENT_NEW_TURN"]


def step(name: str, act: Callable[[], dict[str, object]]) -> None:
    """One thing that the program does; that it cannot be done keeps no other from being tried."""
    try:
        say({"step": name, **act()})
    except Exception:
        say({"step": name, "failed": traceback.format_exc(limit=-2)})


def say_first_words() -> None:
    """To be called as soon as the first words of the slow answer are there."""
    say({"step": "first_words"})


def say(line: dict[str, object]) -> None:
    print(json.dumps(line), flush=True)
