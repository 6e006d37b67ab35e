# /// client
# name: LlamaIndex
# packages: [llama-index-llms-openai-like==0.8.1, llama-index-core==0.14.25]
# settings: '`OpenAILike(api_base="…/v1", api_key=key, model="test-model", is_chat_model=True, is_function_calling_model=True)`'
# without:
#   list: { en: it does not list models, zh: 不列出模型 }
# ///
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.llms import ChatMessage, ImageBlock, TextBlock
from llama_index.llms.openai_like import OpenAILike
from pydantic import BaseModel

from trial import API_KEY, BASE_URL, IMAGE, MODEL, TOOL_RESULT, first_of, play

llm = OpenAILike(
    api_base=BASE_URL, api_key=API_KEY, model=MODEL, is_chat_model=True, is_function_calling_model=True
)


class Person(BaseModel):
    name: str
    age: int


def get_weather(city: str) -> str:
    """The weather of a city"""
    return TOOL_RESULT


def pieces(question):
    for chunk in llm.stream_complete(question):
        if chunk.delta:
            yield chunk.delta


async def tools(question):
    return str(await FunctionAgent(tools=[get_weather], llm=llm).run(question))


def image(question):
    blocks = [TextBlock(text=question), ImageBlock(url=IMAGE)]
    return llm.chat([ChatMessage(role="user", blocks=blocks)]).message.content


play(
    ask=lambda question: llm.complete(question).text,
    stream=lambda question: list(pieces(question)),
    stop=lambda question: first_of(pieces(question)),
    tools=tools,
    structured=lambda question: llm.as_structured_llm(Person).complete(question).raw.model_dump(),
    image=image,
    error=lambda question: llm.complete(question).text,
    cut=lambda question: list(pieces(question)),
)
