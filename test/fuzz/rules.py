"""What the OpenAPI document cannot say about a valid request, so that Schemathesis does not report it as a fault.

A refusal is accepted here only when each of its errors is a rule below: any other refusal of a request that the
document allows still fails the run.
"""

import json
import os
import re

import schemathesis

# The words of the service's errors, and why JSON Schema does not say the same.
RULES = [
    # PostgreSQL's text has no NUL; a pattern for it on every text would reach each generated client.
    r"must not contain the character NUL",
    # A cursor is opaque: what a valid one looks like is no promise.
    r"must be a next_cursor of an earlier page",
    # Two parameters are compared.
    r"must be before until",
    r"must not be more than max_stars",
    # Names have letters of every script; `\p{L}` and the exceptions are not in the patterns that all generators read.
    r"must be 1 to \d+ letters, digits, dots, underscores and hyphens",
    # Integers end where JSON's readers in JavaScript begin to round them (RFC 8259, section 6).
    r"must be a whole number\b",
    # Which models there are is a setting of the service.
    r"must be one of the names in `supported`|There is no model of this name",
    # The released document leaves these open, and a narrower schema breaks the code that was generated from it.
    r"sequence \d+: must not be empty|must be an object with a type",
    # `anyOf` with nothing but `required` becomes a union of one type with itself in half of the generators.
    r"must have at least one of stars, reason and better_answer",
    # The last message of a conversation is the question; JSON Schema has no word for the last item of an array.
    r"the last message must",
    # Messages, items, parts and tools of the OpenAI APIs are open objects in the document: they have more forms than half of the
    # generators read as a union. Which responses there are, no schema can say.
    r"^(messages|input|tools|tool_choice|functions|function_call|conversation|previous_response_id|text|reasoning|include)\b",
    # Whether there is an embedding model is a setting of the service.
    r"has no embedding model",
]
ALLOWED = re.compile("|".join(RULES))

REFUSED_VALID_REQUEST = "ST202"
ACCEPTED_INVALID_REQUEST = "ST201"
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


# Routes that read scalars as the systems before this one did: "5" is a number, 5 is an id. The document keeps the plain
# types, so that generated clients send those.
LENIENT_PATHS = {"/chat", "/chat/stream", "/api/chat", "/api/feedback", "/api/conversations/{conversation_id}"}
WRONG_TYPE = "Incorrect type"


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Returns whether a failure is one."""
    if failure.code == REFUSED_VALID_REQUEST:
        details = details_of(response.content)
        return not details or not all(ALLOWED.search(detail) for detail in details)
    if failure.code == ACCEPTED_INVALID_REQUEST and WRONG_TYPE in failure.message:
        return not (case.path in LENIENT_PATHS or has_undocumented_form(case.body))
    return True


def has_undocumented_form(body):
    """Whether a body has a form that the service takes, and that no document says so that all generators can read it."""
    # `null` is an optional member that is not given: a named enum, an object or a union that may be null.
    has_null = any(member is None for member in body.values())
    # One sequence in place of a list: a union of a scalar and an array.
    has_one_stop = isinstance(body.get("stop"), str)
    return has_null or has_one_stop


def details_of(content):
    """The texts of each error of a problem (RFC 9457) or of an error in the form of the OpenAI API."""
    problem = json.loads(content)
    if "error" in problem:
        return [problem["error"]["message"]]
    return [error["detail"] for error in problem.get("errors", [])] or [problem["detail"]]


@schemathesis.hook
def map_body(context, body):
    """Lets every second feedback be of an answer that exists: a random id is never one."""
    is_feedback = context.operation is not None and context.operation.path == "/api/feedback"
    # A case that is wrong on purpose stays wrong.
    if is_feedback and names_an_answer(body) and len(str(body)) % 2 == 0:
        body = {**body, "chat_id": os.environ["FUZZ_CHAT_ID"], "uid": os.environ["FUZZ_UID"]}
    return body


def names_an_answer(body):
    if not isinstance(body, dict):
        return False
    chat_id, uid = body.get("chat_id"), body.get("uid")
    return isinstance(chat_id, str) and UUID.fullmatch(chat_id) and isinstance(uid, str) and 0 < len(uid) <= 128
