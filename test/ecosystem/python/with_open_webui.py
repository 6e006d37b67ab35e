# /// client
# name: Open WebUI
# packages: [open-webui==0.12.4]
# settings: '`OPENAI_API_BASE_URL=…/v1`, `OPENAI_API_KEY=key`, `open-webui serve`'
# without:
#   structured: { en: its answers are text, zh: 回答都是文本 }
# ///
import json
import os
import socket
import subprocess
import sys
import time

import requests

from trial import API_KEY, BASE_URL, HOME, IMAGE, MODEL, TOOL_RESULT, first_of, play

START_SECONDS = 200

WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Failed(Exception):
    """An answer that is an error; Open WebUI says so in a status, or in a frame."""

    def __init__(self, message, status=None):
        super().__init__(message)
        self.status = status


class OpenWebUi:
    def __init__(self):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        env = {"OPENAI_API_BASE_URL": BASE_URL, "OPENAI_API_KEY": API_KEY, "DATA_DIR": HOME}
        # Its model for search in documents would be fetched at the start.
        env |= {"OFFLINE_MODE": "true", "WEBUI_SECRET_KEY": "of-this-run", "ENABLE_OLLAMA_API": "false"}
        command = os.path.join(os.path.dirname(sys.executable), "open-webui")
        self.process = subprocess.Popen(
            [command, "serve", "--host", "127.0.0.1", "--port", str(port)],
            cwd=HOME,
            env={**os.environ, **env},
            stdout=sys.stderr,
        )
        self.session = requests.Session()
        self.session.trust_env = False
        self.sign_up()

    def sign_up(self):
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                body = {"name": "a", "email": "a@example.com", "password": "a-long-Password-1"}
                answer = self.session.post(f"{self.url}/api/v1/auths/signup", json=body)
                answer.raise_for_status()
                self.session.headers["authorization"] = f"Bearer {answer.json()['token']}"
                return
            except requests.ConnectionError:
                if time.monotonic() > until or self.process.poll() is not None:
                    raise
                time.sleep(1)

    def post(self, content, **more):
        body = {"model": MODEL, "messages": [{"role": "user", "content": content}], **more}
        answer = self.session.post(f"{self.url}/api/chat/completions", json=body, stream=more.get("stream", False))
        if answer.status_code != 200:
            raise Failed(answer.text, answer.status_code)
        return answer

    def message(self, content, **more):
        return self.post(content, stream=False, **more).json()["choices"][0]["message"]

    def pieces(self, content):
        with self.post(content, stream=True) as answer:
            for line in answer.iter_lines():
                if not line.startswith(b"data: {"):
                    continue
                frame = json.loads(line[6:])
                if "error" in frame:
                    raise Failed(json.dumps(frame["error"]))
                for choice in frame.get("choices", []):
                    if choice["delta"].get("content"):
                        yield choice["delta"]["content"]


def tools(question):
    """Its API passes tools on; its page runs them itself."""
    weather = {"name": "get_weather", "description": "The weather of a city", "parameters": WEATHER}
    more = {"tools": [{"type": "function", "function": weather}]}
    message = webui.message(question, **more)
    results = [
        {"role": "tool", "tool_call_id": call["id"], "content": TOOL_RESULT} for call in message["tool_calls"]
    ]
    messages = [{"role": "user", "content": question}, message, *results]
    return webui.message(None, messages=messages, **more)["content"]


def image(question):
    content = [{"type": "text", "text": question}, {"type": "image_url", "image_url": {"url": IMAGE}}]
    return webui.message(content)["content"]


webui = OpenWebUi()
try:
    play(
        list=lambda _: [model["id"] for model in webui.session.get(f"{webui.url}/api/models").json()["data"]],
        ask=lambda question: webui.message(question)["content"],
        stream=lambda question: list(webui.pieces(question)),
        stop=lambda question: first_of(webui.pieces(question)),
        tools=tools,
        image=image,
        error=lambda question: webui.message(question)["content"],
        cut=lambda question: list(webui.pieces(question)),
    )
finally:
    webui.process.kill()
