# /// client
# name: OpenAI Agents SDK (Python)
# packages: [openai-agents==0.24.0]
# variants: [responses, chat]
# settings: '`set_default_openai_client(AsyncOpenAI(base_url="…/v1", api_key=key), use_for_tracing=False)`, `set_tracing_disabled(True)`; `set_default_openai_api("chat_completions")` for `/v1/chat/completions`'
# without:
#   list: { en: it does not list models, zh: 不列出模型 }
# ///
from agents import (
    Agent,
    Runner,
    function_tool,
    set_default_openai_api,
    set_default_openai_client,
    set_tracing_disabled,
)
from openai import AsyncOpenAI
from pydantic import BaseModel

from trial import API_KEY, BASE_URL, IMAGE, MODEL, TOOL_RESULT, VARIANT, play

set_default_openai_client(AsyncOpenAI(base_url=BASE_URL, api_key=API_KEY), use_for_tracing=False)
set_tracing_disabled(True)
if VARIANT == "chat":
    set_default_openai_api("chat_completions")


class Person(BaseModel):
    name: str
    age: int


@function_tool
def get_weather(city: str) -> str:
    """The weather of a city"""
    return TOOL_RESULT


def agent(**more):
    return Agent(name="Assistant", model=MODEL, **more)


async def ask(question):
    return (await Runner.run(agent(), question)).final_output


async def stream(question):
    pieces = []
    async for event in Runner.run_streamed(agent(), question).stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            pieces.append(event.data.delta)
    return pieces


async def stop(question):
    result = Runner.run_streamed(agent(), question)
    async for event in result.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            result.cancel()
            return event.data.delta


async def tools(question):
    return (await Runner.run(agent(tools=[get_weather]), question)).final_output


async def structured(question):
    return (await Runner.run(agent(output_type=Person), question)).final_output.model_dump()


async def image(question):
    content = [
        {"type": "input_text", "text": question},
        {"type": "input_image", "detail": "auto", "image_url": IMAGE},
    ]
    return (await Runner.run(agent(), [{"role": "user", "content": content}])).final_output


play(ask=ask, stream=stream, stop=stop, tools=tools, structured=structured, image=image, error=ask, cut=stream)
