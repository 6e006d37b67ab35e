"""Runs the command of a client that has no library: what it prints is what its user sees."""

import codecs
import os
import signal
import subprocess

from trial import wait_until_begun


class Failed(Exception):
    """The command ended with another status than 0."""


def run(*args, **env):
    """Returns all that the command printed."""
    return "".join(stream(*args, **env))


def stream(*args, **env):
    """Yields what the command prints, as it prints it."""
    process = start(args, env)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while data := os.read(process.stdout.fileno(), 65536):
            if text := decoder.decode(data):
                yield text
        _, said = process.communicate()
        if process.returncode != 0:
            raise Failed(f"ended with {process.returncode}: {said.decode()[-1500:]}")
    finally:
        process.kill()
        process.wait()


def stop(*args, **env):
    """Presses Ctrl+C when the model has begun its answer. Returns what the command had printed."""
    process = start(args, env)
    wait_until_begun("stop")
    printed = os.read(process.stdout.fileno(), 65536).decode(errors="ignore")
    while "word 0" not in printed:
        data = os.read(process.stdout.fileno(), 65536)
        if not data:
            break
        printed += data.decode(errors="ignore")
    process.send_signal(signal.SIGINT)
    return printed


def start(args, env):
    return subprocess.Popen(
        args,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=os.environ["HOME"],
    )
