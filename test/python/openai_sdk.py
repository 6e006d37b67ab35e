"""Uses the service through the openai SDK as it comes from PyPI; writes what it got, a line of JSON a step.

OPENAI_BASE_URL and OPENAI_API_KEY are read by the SDK itself.
"""

import asyncio
import json

import openai
from openai import AsyncOpenAI, OpenAI

client = OpenAI(max_retries=0)
ASKED = {"model": "test-model", "messages": [{"role": "user", "content": "q"}]}


def tell(step: str, **observed: object) -> None:
    print(json.dumps({"step": step, **observed}, ensure_ascii=False), flush=True)


def tell_error(step: str, act) -> None:
    try:
        act()
        tell(step, error=None)
    except openai.APIStatusError as error:
        tell(step, error=type(error).__name__, status=error.status_code, code=error.code, param=error.param)
    except openai.APIError as error:
        tell(step, error=type(error).__name__, code=error.code)


tell("models", ids=[model.id for model in client.models.list()], one=client.models.retrieve("test-model").object)

completion = client.chat.completions.create(**ASKED, user="alice")
tell(
    "answer",
    id=completion.id,
    text=completion.choices[0].message.content,
    finish_reason=completion.choices[0].finish_reason,
    total_tokens=completion.usage.total_tokens,
)

chunks = list(client.chat.completions.create(**ASKED, stream=True, stream_options={"include_usage": True}))
tell(
    "stream",
    pieces=[chunk.choices[0].delta.content for chunk in chunks if chunk.choices and chunk.choices[0].delta.content],
    finish_reason=chunks[-2].choices[0].finish_reason,
    total_tokens=chunks[-1].usage.total_tokens,
)

with client.chat.completions.stream(**ASKED) as stream:
    tell("helper", text=stream.get_final_completion().choices[0].message.content)


async def ask_async() -> None:
    async with AsyncOpenAI(max_retries=0) as asynchronous:
        streamed = await asynchronous.chat.completions.create(**ASKED, stream=True)
        tell("async", text="".join([chunk.choices[0].delta.content or "" async for chunk in streamed]))


asyncio.run(ask_async())

for question in ["first", "second"]:
    client.chat.completions.create(
        model="test-model",
        messages=[{"role": "user", "content": question}],
        user="alice",
        metadata={"conversation_id": "python"},
    )
tell("conversation")

tell_error("unknown model", lambda: client.chat.completions.create(**{**ASKED, "model": "gpt-9"}))
tell_error("wrong key", lambda: client.with_options(api_key="wrong").models.list())
tell_error("bad parameter", lambda: client.chat.completions.create(**ASKED, n=2))
tell_error("failure before the first text", lambda: client.chat.completions.create(**ASKED, stream=True))
tell_error("failure after it", lambda: list(client.chat.completions.create(**ASKED, stream=True)))
retrying = client.with_options(max_retries=1)
tell("retry", text=retrying.chat.completions.create(**ASKED).choices[0].message.content)
