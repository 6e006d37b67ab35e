# /// client
# name: Strands Agents
# packages: ['strands-agents[openai]==1.62.0']
# settings: '`OpenAIModel(client_args={"base_url": "…/v1", "api_key": key}, model_id="test-model")`'
# without:
#   list: { en: it does not list models, zh: 不列出模型 }
#   stop: { en: its `cancel` ends the run but closes the connection only later, zh: "`cancel` 结束运行，但稍后才关闭连接" }
# ///
import base64

from pydantic import BaseModel
from strands import Agent, tool
from strands.models.openai import OpenAIModel

from trial import API_KEY, BASE_URL, IMAGE, MODEL, TOOL_RESULT, play

model = OpenAIModel(client_args={"base_url": BASE_URL, "api_key": API_KEY}, model_id=MODEL)


class Person(BaseModel):
    """A person"""

    name: str
    age: int


@tool
def get_weather(city: str) -> str:
    """The weather of a city"""
    return TOOL_RESULT


def agent(**more):
    return Agent(model=model, callback_handler=None, retry_strategy=None, **more)


async def stream(question):
    return [event["data"] async for event in agent().stream_async(question) if "data" in event]


async def stop(question):
    asked = agent()
    async for event in asked.stream_async(question):
        if "data" in event:
            asked.cancel()
            first = event["data"]
    return first


def image(question):
    picture = {"format": "png", "source": {"bytes": base64.b64decode(IMAGE.split(",")[1])}}
    return str(agent()([{"text": question}, {"image": picture}]))


play(
    ask=lambda question: str(agent()(question)),
    stream=stream,
    stop=stop,
    tools=lambda question: str(agent(tools=[get_weather])(question)),
    structured=lambda question: agent()(question, structured_output_model=Person).structured_output.model_dump(),
    image=image,
    error=lambda question: str(agent()(question)),
    cut=stream,
)
