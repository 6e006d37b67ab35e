"""A worker of FastChat with a model that always gives the same answer: FastChat's own code, without torch.

Two routes of its own let a trial look and interfere: GET /trial_answers, how many answers it works at, and
POST /trial_error, after which the next answer ends with an error after its first words.
"""

import argparse
import json
import time

import uvicorn
from fastapi import Request
from fastchat.constants import ErrorCode
from fastchat.conversation import Conversation, SeparatorStyle
from fastchat.serve.base_model_worker import BaseModelWorker, app

CONTEXT_TOKENS = 4096


class CountingTokenizer:
    """A token is four characters."""

    def num_tokens(self, prompt: str) -> int:
        return len(prompt) // 4


class ToyWorker(BaseModelWorker):
    def __init__(self, options: argparse.Namespace):
        super().__init__(
            options.controller_address,
            f"http://127.0.0.1:{options.port}",
            "toy",
            options.model,
            [options.model],
            limit_worker_concurrency=5,
        )
        self.text = options.text
        self.delta_chars = options.delta_chars
        self.delta_seconds = options.delta_ms / 1000
        self.tokenizer = CountingTokenizer()
        self.context_len = CONTEXT_TOKENS
        self.last_steps = {}
        self.has_error_planned = False
        self.init_heart_beat()

    def make_conv_template(self, conv_template=None, model_path=None):
        # FastChat's own would import the adapters of all models, and with them torch.
        return Conversation(
            name="toy",
            system_template="{system_message}",
            roles=("USER", "ASSISTANT"),
            sep_style=SeparatorStyle.ADD_COLON_SINGLE,
            sep="\n",
        )

    def generate_stream_gate(self, params):
        fails, self.has_error_planned = self.has_error_planned, False
        answer = object()
        try:
            for frame in self.answer(params["prompt"], fails):
                self.last_steps[answer] = time.monotonic()
                yield frame
        finally:
            self.last_steps.pop(answer, None)

    def count_answers(self):
        # An answer whose reader has left makes no more steps, but ends only when Python collects its garbage.
        since = time.monotonic() - 4 * self.delta_seconds
        return sum(step > since for step in list(self.last_steps.values()))

    def answer(self, prompt, fails):
        start = self.said_length(prompt)
        text = ""
        for at in range(start, len(self.text), self.delta_chars):
            text += self.text[at : at + self.delta_chars]
            yield self.frame(text)
            time.sleep(self.delta_seconds)
            if fails:
                yield self.frame("CUDA out of memory", error_code=ErrorCode.CUDA_OUT_OF_MEMORY)
                return
        yield self.frame(text, finish_reason="stop")

    def said_length(self, prompt):
        """How much of the answer the prompt has already: an answer that broke off is continued."""
        length = 0
        while length < len(self.text) and self.text[: length + 1] in prompt:
            length += 1
        return length if length >= self.delta_chars else 0

    def frame(self, text, finish_reason=None, error_code=0):
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        frame = {"text": text, "error_code": error_code, "usage": usage, "finish_reason": finish_reason}
        return json.dumps(frame).encode() + b"\0"

    def generate_gate(self, params):
        for frame in self.generate_stream_gate(params):
            last = frame
        return json.loads(last[:-1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--controller-address", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--text", required=True)
    parser.add_argument("--delta-chars", type=int, required=True)
    parser.add_argument("--delta-ms", type=int, required=True)
    options = parser.parse_args()
    worker = ToyWorker(options)

    @app.get("/trial_answers")
    async def answers():
        return {"open": worker.count_answers()}

    @app.post("/trial_error")
    async def plan_error(_: Request):
        worker.has_error_planned = True
        return {}

    uvicorn.run(app, host="127.0.0.1", port=options.port)


if __name__ == "__main__":
    main()
