"""The capabilities of OpenAI's library, with a client for any server."""

import json

from pydantic import BaseModel

from trial import IMAGE, MODEL, TOOL_RESULT, VARIANT, first_of


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


class ChatCompletions:
    def __init__(self, client):
        self.client = client

    def messages(self, question):
        return [{"role": "user", "content": question}]

    def ask(self, question):
        answer = self.client.chat.completions.create(model=MODEL, messages=self.messages(question))
        return answer.choices[0].message.content

    def pieces(self, question):
        with self.client.chat.completions.create(model=MODEL, messages=self.messages(question), stream=True) as chunks:
            for chunk in chunks:
                if chunk.choices and chunk.choices[0].delta.content:
                    yield chunk.choices[0].delta.content

    def tools(self, question):
        messages = self.messages(question)
        tools = [{"type": "function", "function": WEATHER}]
        first = self.client.chat.completions.create(model=MODEL, messages=messages, tools=tools).choices[0].message
        messages.append(first)
        for call in first.tool_calls:
            assert json.loads(call.function.arguments) == {"city": "Paris"}
            messages.append({"role": "tool", "tool_call_id": call.id, "content": TOOL_RESULT})
        return self.client.chat.completions.create(model=MODEL, messages=messages, tools=tools).choices[0].message.content

    def structured(self, question):
        answer = self.client.chat.completions.parse(
            model=MODEL, messages=self.messages(question), response_format=Person
        )
        return answer.choices[0].message.parsed.model_dump()

    def image(self, question):
        content = [{"type": "text", "text": question}, {"type": "image_url", "image_url": {"url": IMAGE}}]
        answer = self.client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": content}])
        return answer.choices[0].message.content


class Responses:
    def __init__(self, client):
        self.client = client

    def ask(self, question):
        return self.client.responses.create(model=MODEL, input=question).output_text

    def pieces(self, question):
        with self.client.responses.create(model=MODEL, input=question, stream=True) as events:
            for event in events:
                if event.type == "response.output_text.delta":
                    yield event.delta
                # A gateway may end such a stream as any other.
                if event.type == "response.failed":
                    raise RuntimeError(f"the answer failed: {event.response.error}")

    def tools(self, question):
        tools = [{"type": "function", "strict": True, **WEATHER}]
        first = self.client.responses.create(model=MODEL, input=question, tools=tools)
        results = [
            {"type": "function_call_output", "call_id": item.call_id, "output": TOOL_RESULT}
            for item in first.output
            if item.type == "function_call"
        ]
        second = self.client.responses.create(
            model=MODEL, previous_response_id=first.id, input=results, tools=tools
        )
        return second.output_text

    def structured(self, question):
        return self.client.responses.parse(model=MODEL, input=question, text_format=Person).output_parsed.model_dump()

    def image(self, question):
        content = [{"type": "input_text", "text": question}, {"type": "input_image", "image_url": IMAGE}]
        return self.client.responses.create(model=MODEL, input=[{"role": "user", "content": content}]).output_text


def tasks(client):
    """The tasks for `play`, by the API that the variant names."""
    api = Responses(client) if VARIANT == "responses" else ChatCompletions(client)

    def pieces(question):
        return list(api.pieces(question))

    return {
        "list": lambda _: [model.id for model in client.models.list()],
        "ask": api.ask,
        "stream": pieces,
        "stop": lambda question: first_of(api.pieces(question)),
        "tools": api.tools,
        "structured": api.structured,
        "image": api.image,
        "error": api.ask,
        "cut": pieces,
    }
