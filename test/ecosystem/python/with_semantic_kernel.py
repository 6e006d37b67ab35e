# /// client
# name: Semantic Kernel (Python)
# packages: [semantic-kernel==1.45.0]
# settings: '`OpenAIChatCompletion(ai_model_id="test-model", async_client=AsyncOpenAI(base_url="…/v1", api_key=key))`'
# without:
#   list: { en: it does not list models, zh: 不列出模型 }
# ///
from openai import AsyncOpenAI
from pydantic import BaseModel
from semantic_kernel.agents import ChatCompletionAgent
from semantic_kernel.connectors.ai.open_ai import OpenAIChatCompletion, OpenAIChatPromptExecutionSettings
from semantic_kernel.contents import ChatMessageContent, ImageContent, TextContent
from semantic_kernel.functions import KernelArguments, kernel_function

from trial import API_KEY, BASE_URL, IMAGE, MODEL, TOOL_RESULT, play

service = OpenAIChatCompletion(
    ai_model_id=MODEL, async_client=AsyncOpenAI(base_url=BASE_URL, api_key=API_KEY)
)


class Person(BaseModel):
    name: str
    age: int


class Weather:
    @kernel_function(name="get_weather", description="The weather of a city")
    def get_weather(self, city: str) -> str:
        return TOOL_RESULT


def agent(**more):
    return ChatCompletionAgent(service=service, name="Assistant", **more)


async def ask(question):
    return str(await agent().get_response(messages=question))


async def stream(question):
    return [str(piece) async for piece in agent().invoke_stream(messages=question) if str(piece)]


async def stop(question):
    pieces = agent().invoke_stream(messages=question)
    async for piece in pieces:
        if str(piece):
            await pieces.aclose()
            return str(piece)


async def tools(question):
    # It names a function "plugin-function".
    question = question.replace("get_weather", "Weather-get_weather")
    return str(await agent(plugins=[Weather()]).get_response(messages=question))


async def structured(question):
    settings = OpenAIChatPromptExecutionSettings(response_format=Person)
    answer = await agent(arguments=KernelArguments(settings)).get_response(messages=question)
    return Person.model_validate_json(str(answer)).model_dump()


async def image(question):
    items = [TextContent(text=question), ImageContent(data_uri=IMAGE)]
    return str(await agent().get_response(messages=ChatMessageContent(role="user", items=items)))


play(ask=ask, stream=stream, stop=stop, tools=tools, structured=structured, image=image, error=ask, cut=stream)
