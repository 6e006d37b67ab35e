from collections.abc import Iterator
from typing import Any
from uuid import UUID

from llm_chat_client import (
    ApiClient,
    ApiException,
    ChatApi,
    ChatDeltaFrame,
    ChatEndedFrame,
    ChatFailedFrame,
    ChatFrame,
    ChatRequest,
    Configuration,
    ConversationList,
    ConversationsApi,
    FeedbackApi,
    FeedbackRequest,
    Problem,
    QaApi,
    QaDeltaFrame,
    QaEndedFrame,
    QaFailedFrame,
    QaFrame,
    QaRequest,
    QaSourcesFrame,
    QaStartedFrame,
    TurnsApi,
)
from report import KEY, NEW_TURN, NO_MODEL, QUESTION, SLOW_QUESTION, UID, URL, USER, say_first_words, step

client = ApiClient(Configuration(host=URL, access_token=KEY))
chats = ChatApi(client)
conversations = ConversationsApi(client)


class Refused(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def data(response: Any) -> Iterator[str]:
    """The text behind `data:`, as it comes: the other methods of the client would wait for the end."""
    if response.status != 200:
        raise Refused(problem_of(response.read().decode()))
    for line in response:
        if line.startswith(b"data: "):
            yield line.decode().removeprefix("data: ").rstrip("\n")


def problem_of(text: str) -> Problem:
    problem = Problem.from_json(text)
    assert problem is not None
    return problem


def ask() -> dict[str, object]:
    answer = chats.chat(ChatRequest(query=QUESTION, user_id=USER, conversation_id=f"{USER}-1"))
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
        stored = FeedbackApi(client).send_feedback(body)
        return {
            "stars": stored.stars,
            "reason": stored.reason,
            "better_answer": stored.better_answer,
            "revision": stored.revision,
        }

    return {"first": give(4), "again": give(5)}


def stream() -> dict[str, object]:
    return read_chat(ChatRequest(query=SLOW_QUESTION, user_id=USER, conversation_id=f"{USER}-2"))


def read_chat(body: ChatRequest) -> dict[str, object]:
    text = ""
    found: dict[str, object] = {}
    for line in data(chats.chat_stream_without_preload_content(body)):
        frame = ChatFrame.from_json(line).actual_instance
        if isinstance(frame, ChatFailedFrame):
            raise Refused(frame.error)
        if isinstance(frame, ChatEndedFrame):
            found |= {"finish_reason": frame.finish_reason, "output_tokens": frame.usage.output_tokens}
        if isinstance(frame, ChatDeltaFrame):
            if text == "" and frame.text != "":
                say_first_words()
            text += frame.text
        assert frame is not None
        found |= {"id": str(frame.message_id)}
    return {"text": text, **found}


def ask_b() -> dict[str, object]:
    text = ""
    found: dict[str, object] = {}
    response = QaApi(client).qa_chat_without_preload_content(QaRequest(question=QUESTION, uid=UUID(UID)))
    for line in data(response):
        if line == "[DONE]":
            found |= {"is_done": True}
            break
        frame = QaFrame.from_json(line).actual_instance
        if isinstance(frame, QaFailedFrame):
            raise Refused(frame.error)
        if isinstance(frame, QaEndedFrame):
            found |= {"finish_reason": frame.finish_reason, "output_tokens": frame.usage.output_tokens}
        elif isinstance(frame, QaSourcesFrame):
            found |= {"source": frame.source_docs[0].metadata.source}
        elif isinstance(frame, QaStartedFrame):
            found |= {"id": str(frame.chat_id)}
        # RETRYING and BREAK: see docs/guide/en/break-retrying.md.
        elif isinstance(frame, QaDeltaFrame):
            text += frame.data
    return {"text": text, **found}


def pages() -> dict[str, object]:
    def page(cursor: str | None = None) -> ConversationList:
        return conversations.list_conversations(user_id=USER, limit=1, cursor=cursor)

    first = page()
    second = page(first.next_cursor)
    one, two = ([found.conversation_id for found in some.conversations] for some in (first, second))
    return {"first": one, "second": two, "next_cursor": second.next_cursor}


def send_null() -> dict[str, object]:
    conversation_id = f"{USER}-null"
    chats.chat(ChatRequest(query=QUESTION, conversation_id=conversation_id, user_id=None, temperature=None))
    found = conversations.get_conversation(conversation_id)
    return {"conversation_id": found.conversation_id, "user_id": found.user_id}


def invalid() -> dict[str, object]:
    try:
        conversations.list_conversations(cursor="no cursor")
    except ApiException as error:
        problem = error.data
        assert isinstance(problem, Problem) and problem.errors is not None
        return {
            "status": problem.status,
            "code": problem.code,
            "pointer": problem.errors[0].pointer,
            "retryable": problem.retryable,
        }
    raise AssertionError("There is no error")


def refused() -> dict[str, object]:
    try:
        chats.chat(ChatRequest(query=QUESTION, model_name=NO_MODEL))
    except ApiException as error:
        problem = error.data
        assert isinstance(problem, Problem)
        return {"status": problem.status, "code": problem.code, "supported": problem.supported}
    raise AssertionError("There is no error")


def new_code() -> dict[str, object]:
    try:
        TurnsApi(client).get_receipt(UUID(NEW_TURN))
    except ApiException as error:
        problem = error.data
        assert isinstance(problem, Problem)
        return {"status": problem.status, "code": problem.code}
    raise AssertionError("There is no error")


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
