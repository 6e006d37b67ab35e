"""Validates what the service answers by the models of the Open Responses specification; writes a line of JSON a case.

Takes the cases on standard input, each {"name", "url", "key", "body"}: a body with "stream" is read as events.
"""

import json
import sys

import httpx
from openresponses_types import types
from pydantic import BaseModel, ValidationError

# The types of events, by the name that each declares.
EVENTS: dict[str, type[BaseModel]] = {
    next(iter(model.model_fields["type"].annotation)).value: model
    for model in vars(types).values()
    if isinstance(model, type) and issubclass(model, BaseModel) and "sequence_number" in model.model_fields
}


def faults_of(model: type[BaseModel], value: object) -> list[str]:
    try:
        model.model_validate(value)
        return []
    except ValidationError as error:
        return [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]


def check(case: dict) -> dict:
    headers = {"Authorization": f"Bearer {case['key']}"}
    body = case.get("body")
    method = "GET" if body is None else "POST"
    with httpx.stream(method, case["url"], json=body, headers=headers, timeout=30) as response:
        if response.headers["content-type"].startswith("application/json"):
            answer = json.loads(response.read())
            return {"status": response.status_code, "faults": faults_of(types.ResponseResource, answer), "types": []}
        datas = [line[len("data: ") :] for line in response.iter_lines() if line.startswith("data: {")]
        events = [json.loads(data) for data in datas]
    faults = []
    for event in events:
        model = EVENTS.get(event["type"])
        found = faults_of(model, event) if model else ["is no event of the specification"]
        faults += [f"{event['type']}: {fault}" for fault in found]
    return {"status": response.status_code, "faults": faults, "types": [event["type"] for event in events]}


for each in json.load(sys.stdin):
    try:
        print(json.dumps({"name": each["name"], **check(each)}), flush=True)
    except httpx.RemoteProtocolError:
        print(json.dumps({"name": each["name"], "faults": ["the connection was cut"], "types": []}), flush=True)
