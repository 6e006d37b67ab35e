import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from client import AuthenticatedClient
from client.api.chat import chat, chat_stream
from client.api.conversations import get_conversation, list_conversations
from client.api.feedback import send_feedback
from client.api.qa import qa_chat
from client.api.turns import get_receipt
from client.models import (
    ChatAnswer,
    ChatDeltaFrame,
    ChatEndedFrame,
    ChatFailedFrame,
    ChatRequest,
    ChatStartedFrame,
    Conversation,
    ConversationList,
    Feedback,
    FeedbackRequest,
    Problem,
    QaDeltaFrame,
    QaEndedFrame,
    QaFailedFrame,
    QaRequest,
    QaSourcesFrame,
    QaStartedFrame,
)
from client.types import UNSET, Unset
from httpx import Timeout
from report import KEY, NEW_TURN, NO_MODEL, QUESTION, SLOW_QUESTION, UID, URL, USER, say_first_words, step

# Without a timeout of its own httpx times out after 5 s without a byte, and an answer may take longer to begin.
client = AuthenticatedClient(base_url=URL, token=KEY, timeout=Timeout(600))


class Refused(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def frames(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The frames of an answer as they come: the functions of the client itself would wait for the end."""
    with client.get_httpx_client().stream(**request) as response:
        if response.status_code != 200:
            response.read()
            raise Refused(Problem.from_dict(response.json()))
        for line in response.iter_lines():
            if line.startswith("data: {"):
                yield json.loads(line.removeprefix("data: "))


def chat_frame(frame: dict[str, Any]) -> ChatFailedFrame | ChatEndedFrame | ChatStartedFrame | ChatDeltaFrame:
    if "error" in frame:
        return ChatFailedFrame.from_dict(frame)
    if "finish_reason" in frame:
        return ChatEndedFrame.from_dict(frame)
    if "conversation_id" in frame:
        return ChatStartedFrame.from_dict(frame)
    return ChatDeltaFrame.from_dict(frame)


def ask() -> dict[str, object]:
    body = ChatRequest(query=QUESTION, user_id=USER, conversation_id=f"{USER}-1")
    answer = chat.sync(client=client, body=body)
    assert isinstance(answer, ChatAnswer)
    step("feedback", lambda: give_feedback(answer.message_id))
    return {
        "text": answer.text,
        "finish_reason": answer.finish_reason,
        "output_tokens": answer.usage.output_tokens,
        "id": str(answer.message_id),
    }


def give_feedback(chat_id: UUID) -> dict[str, object]:
    def give(stars: int) -> dict[str, object]:
        better = "退货期限是 30 天。"
        body = FeedbackRequest(chat_id=chat_id, uid=USER, stars=stars, reason=None, better_answer=better)
        stored = send_feedback.sync(client=client, body=body)
        assert isinstance(stored, Feedback)
        return {
            "stars": stored.stars,
            "reason": stored.reason,
            "better_answer": stored.better_answer,
            "revision": stored.revision,
        }

    return {"first": give(4), "again": give(5)}


def stream() -> dict[str, object]:
    body = ChatRequest(query=SLOW_QUESTION, user_id=USER, conversation_id=f"{USER}-2")
    return read_chat(body)


def read_chat(body: ChatRequest) -> dict[str, object]:
    text = ""
    found: dict[str, object] = {}
    for frame in map(chat_frame, frames(chat_stream._get_kwargs(body=body))):
        if isinstance(frame, ChatFailedFrame):
            raise Refused(frame.error)
        if isinstance(frame, ChatEndedFrame):
            found |= {"finish_reason": frame.finish_reason, "output_tokens": frame.usage.output_tokens}
        if isinstance(frame, ChatDeltaFrame):
            if text == "" and frame.text != "":
                say_first_words()
            text += frame.text
        found |= {"id": str(frame.message_id)}
    return {"text": text, **found}


def ask_b() -> dict[str, object]:
    text = ""
    found: dict[str, object] = {}
    request = qa_chat._get_kwargs(body=QaRequest(question=QUESTION, uid=UUID(UID)))
    with client.get_httpx_client().stream(**request) as response:
        assert response.status_code == 200
        for line in response.iter_lines():
            if line == "data: [DONE]":
                found |= {"is_done": True}
            elif line.startswith("data: "):
                frame = json.loads(line.removeprefix("data: "))
                if "error" in frame:
                    raise Refused(QaFailedFrame.from_dict(frame).error)
                if "finish_reason" in frame:
                    ended = QaEndedFrame.from_dict(frame)
                    found |= {"finish_reason": ended.finish_reason, "output_tokens": ended.usage.output_tokens}
                elif "sourceDocs" in frame:
                    sources = QaSourcesFrame.from_dict(frame).source_docs
                    found |= {"source": sources[0].metadata.source}
                elif "chat_id" in frame:
                    found |= {"id": str(QaStartedFrame.from_dict(frame).chat_id)}
                # RETRYING and BREAK: see docs/guide/en/break-retrying.md.
                elif "data" in frame:
                    text += QaDeltaFrame.from_dict(frame).data
    return {"text": text, **found}


def pages() -> dict[str, object]:
    def page(cursor: str | Unset = UNSET) -> ConversationList:
        found = list_conversations.sync(client=client, user_id=USER, limit=1, cursor=cursor)
        assert isinstance(found, ConversationList)
        return found

    first = page()
    second = page(first.next_cursor or UNSET)
    one, two = ([found.conversation_id for found in some.conversations] for some in (first, second))
    return {"first": one, "second": two, "next_cursor": second.next_cursor}


def send_null() -> dict[str, object]:
    conversation_id = f"{USER}-null"
    body = ChatRequest(query=QUESTION, conversation_id=conversation_id, user_id=None, temperature=None)
    assert isinstance(chat.sync(client=client, body=body), ChatAnswer)
    found = get_conversation.sync(conversation_id, client=client)
    assert isinstance(found, Conversation)
    return {"conversation_id": found.conversation_id, "user_id": found.user_id}


def invalid() -> dict[str, object]:
    problem = list_conversations.sync(client=client, cursor="no cursor")
    assert isinstance(problem, Problem)
    assert not isinstance(problem.errors, Unset)
    return {
        "status": problem.status,
        "code": problem.code,
        "pointer": problem.errors[0].pointer,
        "retryable": problem.retryable,
    }


def refused() -> dict[str, object]:
    problem = chat.sync(client=client, body=ChatRequest(query=QUESTION, model_name=NO_MODEL))
    assert isinstance(problem, Problem)
    return {"status": problem.status, "code": problem.code, "supported": problem.supported}


def new_code() -> dict[str, object]:
    problem = get_receipt.sync(UUID(NEW_TURN), client=client)
    assert isinstance(problem, Problem)
    return {"status": problem.status, "code": problem.code}


def refused_stream() -> dict[str, object]:
    try:
        read_chat(ChatRequest(query=QUESTION, user_id=USER, model_name=NO_MODEL))
    except Refused as error:
        return {"status": error.problem.status, "code": error.problem.code}
    raise AssertionError("There is no error")


step("ask", ask)
step("stream", stream)
step("ask_b", ask_b)
step("pages", pages)
step("null", send_null)
step("invalid", invalid)
step("refused", refused)
step("new_code", new_code)
step("refused_stream", refused_stream)
