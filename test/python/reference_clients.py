"""Reads the service as callers in the field do; writes what they got, a line of JSON a case.

Takes the cases on standard input, each {"name", "client", "method", "url", "key", "body"?, "headers"?}, and runs each by
the client that it names.
"""

import json
import sys

import httpx
import requests


def lines_of_requests(case: dict) -> dict:
    """`requests`, as most scripts use it. It believes the charset of the content type, and else reads Latin-1."""
    response = requests.request(
        case["method"], case["url"], json=case.get("body"), headers=headers_of(case), stream=True, timeout=30
    )
    lines = [line for line in response.iter_lines(decode_unicode=True) if line]
    return {
        "encoding": response.encoding,
        "data": [line[len("data: ") :] for line in lines if line.startswith("data: ")],
        "torn": [line for line in lines if not line.startswith(("data: ", "id: "))],
    }


def answer_of_reference(case: dict) -> dict:
    """The client of variant A's reference, made again from its description.

    It reads every answer in one way, whether it asked for a stream or not: each piece that the network gives is one
    frame `data: {...}` or one JSON document. It takes what has a `code` other than 200 for an error, and shows its `msg`.
    """
    text = ""
    with httpx.stream(
        case["method"], case["url"], json=case.get("body"), headers=headers_of(case), timeout=30
    ) as response:
        for piece in response.iter_text():
            if not piece or piece.startswith(":"):
                continue
            data = json.loads(piece[len("data: ") : -len("\n\n")] if piece.startswith("data: ") else piece)
            if "code" in data and data["code"] != 200:
                return {"text": text, "status": response.status_code, "error": data["msg"]}
            text += data["text"]
    return {"text": text, "status": response.status_code}


def headers_of(case: dict) -> dict:
    return {"Authorization": f"Bearer {case['key']}", **case.get("headers", {})}


CLIENTS = {"requests": lines_of_requests, "reference": answer_of_reference}

for each in json.load(sys.stdin):
    try:
        got = CLIENTS[each["client"]](each)
    except (KeyError, ValueError) as error:
        got = {"raised": type(error).__name__}
    print(json.dumps({"name": each["name"], **got}, ensure_ascii=False), flush=True)
