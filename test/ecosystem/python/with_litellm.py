# /// client
# name: LiteLLM (SDK)
# packages: [litellm==1.108.7]
# variants: [chat, responses]
# settings: '`litellm.completion(model="openai/test-model", api_base="…/v1", api_key=key)`; `litellm.responses(…)` likewise'
# without:
#   responses/stream: { en: it asks models that it does not know without streaming, zh: 对不认识的模型不用流式提问 }
#   responses/stop: { en: it asks models that it does not know without streaming, zh: 对不认识的模型不用流式提问 }
# ///
import json
import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm
from pydantic import BaseModel

from trial import API_KEY, BASE_URL, IMAGE, MODEL, TOOL_RESULT, VARIANT, first_of, play

SERVER = {"model": f"openai/{MODEL}", "api_base": BASE_URL, "api_key": API_KEY}

WEATHER = {
    "name": "get_weather",
    "description": "The weather of a city",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


class Person(BaseModel):
    name: str
    age: int


def list_models(_):
    return [
        name.removeprefix("openai/")
        for name in litellm.get_valid_models(
            check_provider_endpoint=True, custom_llm_provider="openai", api_key=API_KEY, api_base=BASE_URL
        )
    ]


class Chat:
    def complete(self, content, **more):
        messages = content if isinstance(content[0], dict) and "role" in content[0] else None
        return litellm.completion(messages=messages or [{"role": "user", "content": content}], **SERVER, **more)

    def ask(self, question):
        return self.complete(question).choices[0].message.content

    def pieces(self, question):
        stream = self.complete(question, stream=True)
        # Closing the generator must close the connection; at its end the stream has none.
        connection = stream.completion_stream
        try:
            for chunk in stream:
                if chunk.choices[0].delta.content:
                    yield chunk.choices[0].delta.content
        finally:
            connection.close()

    def tools(self, question):
        tools = [{"type": "function", "function": WEATHER}]
        messages = [{"role": "user", "content": question}]
        message = self.complete(messages, tools=tools).choices[0].message
        messages.append(message.model_dump())
        for call in message.tool_calls:
            messages.append({"role": "tool", "tool_call_id": call.id, "content": TOOL_RESULT})
        return self.complete(messages, tools=tools).choices[0].message.content

    def structured(self, question):
        return json.loads(self.complete(question, response_format=Person).choices[0].message.content)

    def image(self, question):
        content = [{"type": "text", "text": question}, {"type": "image_url", "image_url": {"url": IMAGE}}]
        return self.ask(content)


class Responses:
    def ask(self, question):
        return litellm.responses(input=question, **SERVER).output_text

    def pieces(self, question):
        stream = litellm.responses(input=question, stream=True, **SERVER)
        try:
            for event in stream:
                if event.type == "response.output_text.delta":
                    yield event.delta
        finally:
            stream.response.close()

    def tools(self, question):
        tools = [{"type": "function", **WEATHER}]
        first = litellm.responses(input=question, tools=tools, **SERVER)
        results = [
            {"type": "function_call_output", "call_id": item.call_id, "output": TOOL_RESULT}
            for item in first.output
            if item.type == "function_call"
        ]
        return litellm.responses(
            input=results, previous_response_id=first.id, tools=tools, **SERVER
        ).output_text

    def structured(self, question):
        return json.loads(litellm.responses(input=question, text_format=Person, **SERVER).output_text)

    def image(self, question):
        content = [{"type": "input_text", "text": question}, {"type": "input_image", "image_url": IMAGE}]
        return self.ask([{"role": "user", "content": content}])


api = Responses() if VARIANT == "responses" else Chat()


play(
    list=list_models,
    ask=api.ask,
    stream=lambda question: list(api.pieces(question)),
    stop=lambda question: first_of(api.pieces(question)),
    tools=api.tools,
    structured=api.structured,
    image=api.image,
    error=api.ask,
    cut=lambda question: list(api.pieces(question)),
)
