# /// client
# name: Pydantic AI
# packages: ['pydantic-ai-slim[openai]==2.68.0']
# variants: [responses, chat]
# settings: '`OPENAI_BASE_URL=…/v1`, `OPENAI_API_KEY=key` and `Agent("openai:test-model")`; `openai-chat:test-model` for `/v1/chat/completions`'
# without:
#   list: { en: it does not list models, zh: 不列出模型 }
# ///
import base64
import os

from pydantic import BaseModel
from pydantic_ai import Agent, BinaryContent

from trial import API_KEY, BASE_URL, IMAGE, MODEL, TOOL_RESULT, VARIANT, play

os.environ["OPENAI_BASE_URL"] = BASE_URL
os.environ["OPENAI_API_KEY"] = API_KEY
NAME = f"openai:{MODEL}" if VARIANT == "responses" else f"openai-chat:{MODEL}"


class Person(BaseModel):
    name: str
    age: int


def get_weather(city: str) -> str:
    """The weather of a city"""
    return TOOL_RESULT


async def ask(question):
    return (await Agent(NAME).run(question)).output


async def stream(question):
    async with Agent(NAME).run_stream(question) as result:
        return [piece async for piece in result.stream_text(delta=True, debounce_by=None)]


async def stop(question):
    async with Agent(NAME).run_stream(question) as result:
        async for piece in result.stream_text(delta=True, debounce_by=None):
            return piece


async def tools(question):
    return (await Agent(NAME, tools=[get_weather]).run(question)).output


async def structured(question):
    return (await Agent(NAME, output_type=Person).run(question)).output.model_dump()


async def image(question):
    picture = BinaryContent(base64.b64decode(IMAGE.split(",")[1]), media_type="image/png")
    return (await Agent(NAME).run([question, picture])).output


play(ask=ask, stream=stream, stop=stop, tools=tools, structured=structured, image=image, error=ask, cut=stream)
