# /// client
# name: openai (Python)
# packages: [openai==3.51.0]
# settings: '`OpenAI(base_url="…/v1", api_key=key)`'
# variants: [chat, responses]
# ///
import json

from openai import OpenAI
from pydantic import BaseModel

from trial import API_KEY, BASE_URL, IMAGE, MODEL, TOOL_RESULT, VARIANT, play

client = OpenAI(base_url=BASE_URL, api_key=API_KEY)


class Person(BaseModel):
    name: str
    age: int


WEATHER = {
    "name": "get_weather",
    "description": "The weather of a city",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    },
}


def list_models(_):
    return [model.id for model in client.models.list()]


class ChatCompletions:
    def messages(self, question):
        return [{"role": "user", "content": question}]

    def ask(self, question):
        answer = client.chat.completions.create(model=MODEL, messages=self.messages(question))
        return answer.choices[0].message.content

    def pieces(self, question):
        with client.chat.completions.create(model=MODEL, messages=self.messages(question), stream=True) as chunks:
            for chunk in chunks:
                if chunk.choices and chunk.choices[0].delta.content:
                    yield chunk.choices[0].delta.content

    def tools(self, question):
        messages = self.messages(question)
        tools = [{"type": "function", "function": WEATHER}]
        first = client.chat.completions.create(model=MODEL, messages=messages, tools=tools).choices[0].message
        messages.append(first)
        for call in first.tool_calls:
            assert json.loads(call.function.arguments) == {"city": "Paris"}
            messages.append({"role": "tool", "tool_call_id": call.id, "content": TOOL_RESULT})
        return client.chat.completions.create(model=MODEL, messages=messages, tools=tools).choices[0].message.content

    def structured(self, question):
        answer = client.chat.completions.parse(
            model=MODEL, messages=self.messages(question), response_format=Person
        )
        return answer.choices[0].message.parsed.model_dump()

    def image(self, question):
        content = [{"type": "text", "text": question}, {"type": "image_url", "image_url": {"url": IMAGE}}]
        answer = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": content}])
        return answer.choices[0].message.content


class Responses:
    def ask(self, question):
        return client.responses.create(model=MODEL, input=question).output_text

    def pieces(self, question):
        with client.responses.create(model=MODEL, input=question, stream=True) as events:
            for event in events:
                if event.type == "response.output_text.delta":
                    yield event.delta

    def tools(self, question):
        tools = [{"type": "function", "strict": True, **WEATHER}]
        first = client.responses.create(model=MODEL, input=question, tools=tools)
        results = [
            {"type": "function_call_output", "call_id": item.call_id, "output": TOOL_RESULT}
            for item in first.output
            if item.type == "function_call"
        ]
        second = client.responses.create(
            model=MODEL, previous_response_id=first.id, input=results, tools=tools
        )
        return second.output_text

    def structured(self, question):
        return client.responses.parse(model=MODEL, input=question, text_format=Person).output_parsed.model_dump()

    def image(self, question):
        content = [{"type": "input_text", "text": question}, {"type": "input_image", "image_url": IMAGE}]
        return client.responses.create(model=MODEL, input=[{"role": "user", "content": content}]).output_text


api = Responses() if VARIANT == "responses" else ChatCompletions()


def stop(question):
    pieces = api.pieces(question)
    first = next(pieces)
    pieces.close()
    return first


play(
    list=list_models,
    ask=api.ask,
    stream=lambda question: list(api.pieces(question)),
    stop=stop,
    tools=api.tools,
    structured=api.structured,
    image=api.image,
    error=api.ask,
    cut=lambda question: list(api.pieces(question)),
)
