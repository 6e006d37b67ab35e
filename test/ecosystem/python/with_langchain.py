# /// client
# name: LangChain (Python)
# packages: [langchain==1.5.2, langchain-openai==1.7.4]
# variants: [chat, responses]
# settings: '`ChatOpenAI(base_url="…/v1", api_key=key, model="test-model")`; `use_responses_api=True` for `/v1/responses`'
# without:
#   list: { en: it does not list models, zh: 不列出模型 }
# ///
from langchain.agents import create_agent
from langchain_core.messages import HumanMessage
from langchain_openai import ChatOpenAI
from pydantic import BaseModel

from trial import API_KEY, BASE_URL, IMAGE, MODEL, TOOL_RESULT, VARIANT, first_of, play

# None is its default: it decides by what is asked for.
llm = ChatOpenAI(
    base_url=BASE_URL, api_key=API_KEY, model=MODEL, use_responses_api=True if VARIANT == "responses" else None
)


class Person(BaseModel):
    name: str
    age: int


def get_weather(city: str) -> str:
    """The weather of a city"""
    return TOOL_RESULT


def pieces(question):
    for chunk in llm.stream(question):
        if chunk.text:
            yield chunk.text


def tools(question):
    agent = create_agent(llm, tools=[get_weather])
    return agent.invoke({"messages": [HumanMessage(question)]})["messages"][-1].text


def image(question):
    content = [{"type": "text", "text": question}, {"type": "image_url", "image_url": {"url": IMAGE}}]
    return llm.invoke([HumanMessage(content)]).text


play(
    ask=lambda question: llm.invoke(question).text,
    stream=lambda question: list(pieces(question)),
    stop=lambda question: first_of(pieces(question)),
    tools=tools,
    structured=lambda question: llm.with_structured_output(Person).invoke(question).model_dump(),
    image=image,
    error=lambda question: llm.invoke(question).text,
    cut=lambda question: list(pieces(question)),
)
