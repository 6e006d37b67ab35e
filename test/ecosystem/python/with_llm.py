# /// client
# name: llm
# packages: [llm==0.36]
# settings: '`extra-openai-models.yaml` with `model_id: test-model`, `model_name: test-model`, `api_base: …/v1`, `api_key_name: chat`, `vision: true`, `supports_tools: true`, `supports_schema: true`; `llm keys set chat`'
# ///
import json
import os
import sys

import command
from trial import API_KEY, BASE_URL, MODEL, TOOL_RESULT, play, save_image

LLM = os.path.join(os.path.dirname(sys.executable), "llm")
USER_PATH = os.environ["HOME"]
with open(os.path.join(USER_PATH, "extra-openai-models.yaml"), "w") as file:
    flags = {"vision": True, "supports_tools": True, "supports_schema": True}
    server = {"api_base": BASE_URL, "api_key_name": "chat"}
    json.dump([{"model_id": MODEL, "model_name": MODEL, **server, **flags}], file)
with open(os.path.join(USER_PATH, "keys.json"), "w") as file:
    json.dump({"chat": API_KEY}, file)
ENV = {"LLM_USER_PATH": USER_PATH}

FUNCTIONS = f'''
def get_weather(city: str) -> str:
    "The weather of a city"
    return {TOOL_RESULT!r}
'''


def llm(question, *options):
    return command.run(LLM, "-m", MODEL, *options, question, **ENV)


def stream(question):
    return list(command.stream(LLM, "-m", MODEL, question, **ENV))


def list_models(_):
    printed = command.run(LLM, "models", "list", **ENV)
    return [line.split(": ")[1] for line in printed.splitlines() if ": " in line]


play(
    list=list_models,
    ask=llm,
    stream=stream,
    stop=lambda question: command.stop(LLM, "-m", MODEL, question, **ENV),
    tools=lambda question: llm(question, "--functions", FUNCTIONS),
    structured=lambda question: json.loads(llm(question, "--schema", "name, age int")),
    image=lambda question: llm(question, "-a", save_image()),
    error=llm,
    cut=stream,
)
