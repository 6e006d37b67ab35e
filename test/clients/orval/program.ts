import {
  chat,
  type ChatFrame,
  type ChatRequest,
  getChatStreamUrl,
  getConversation,
  getQaChatUrl,
  getReceipt,
  listConversations,
  type Problem,
  type QaFrame,
  type QaRequest,
  sendFeedback,
} from './client/client';
import { readFrames } from './frames';
import { key, newTurn, noModel, question, sayFirstWords, slowQuestion, step, uid, user } from './report';

const headers = { Authorization: `Bearer ${key}` };

/** What was answered; the client's types tell by the status which of the two it is. @throws Refused */
class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** The client reads a response to its end before it gives anything away: a stream is asked for with its types alone. */
async function openStream(
  url: string,
  body: ChatRequest | QaRequest,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok || !response.body) throw new Refused((await response.json()) as Problem);
  return response.body;
}

await step('ask', async () => {
  const answer = await chat({ query: question, user_id: user, conversation_id: `${user}-1` }, { headers });
  if (answer.status !== 200) throw new Refused(answer.data);
  const { text, finish_reason, usage, message_id } = answer.data;
  await step('feedback', () => giveFeedback(message_id));
  return { text, finish_reason, output_tokens: usage.output_tokens, id: message_id };
});

async function giveFeedback(chat_id: string): Promise<object> {
  const given = { chat_id, uid: user, reason: null, better_answer: '退货期限是 30 天。' };
  const first = await sendFeedback({ ...given, stars: 4 }, { headers });
  const again = await sendFeedback({ ...given, stars: 5 }, { headers });
  const [one, two] = [first, again].map((answer) => {
    if (answer.status !== 200 && answer.status !== 201) throw new Refused(answer.data);
    const { stars, reason, better_answer, revision } = answer.data;
    return { stars, reason, better_answer, revision };
  });
  return { first: one, again: two };
}

await step('stream', async () => {
  const body = { query: slowQuestion, user_id: user, conversation_id: `${user}-2` };
  return readChat(readFrames<ChatFrame>(await openStream(getChatStreamUrl(), body)));
});

async function readChat(frames: AsyncGenerator<ChatFrame>): Promise<object> {
  let text = '';
  let ending = {};
  let id = '';
  for await (const frame of frames) {
    if ('error' in frame) throw new Refused(frame.error);
    if (text === '' && frame.text !== '') sayFirstWords();
    text += frame.text;
    id = frame.message_id;
    if ('finish_reason' in frame) {
      ending = { finish_reason: frame.finish_reason, output_tokens: frame.usage.output_tokens };
    }
  }
  return { text, id, ...ending };
}

await step('ask_b', async () =>
  readQa(readFrames<QaFrame>(await openStream(getQaChatUrl(), { question, uid }))),
);

async function readQa(frames: AsyncGenerator<QaFrame>): Promise<object> {
  let text = '';
  let found = {};
  for await (const frame of frames) {
    if (frame === '[DONE]') found = { ...found, is_done: true };
    else if ('error' in frame) throw new Refused(frame.error);
    else if ('sourceDocs' in frame) found = { ...found, source: frame.sourceDocs[0]?.metadata.source };
    else if ('finish_reason' in frame) {
      found = { ...found, finish_reason: frame.finish_reason, output_tokens: frame.usage.output_tokens };
    } else if ('chat_id' in frame) found = { ...found, id: frame.chat_id };
    // RETRYING and BREAK: see docs/guide/en/break-retrying.md.
    else if ('data' in frame) text += frame.data;
  }
  return { text, ...found };
}

await step('pages', async () => {
  const list = async (cursor?: string) => {
    const answer = await listConversations({ user_id: user, limit: 1, cursor }, { headers });
    if (answer.status !== 200) throw new Refused(answer.data);
    return answer.data;
  };
  const first = await list();
  const second = await list(first.next_cursor ?? undefined);
  const [one, two] = [first, second].map(({ conversations }) =>
    conversations.map((found) => found.conversation_id),
  );
  return { first: one, second: two, next_cursor: second.next_cursor };
});

await step('null', async () => {
  const conversation_id = `${user}-null`;
  await chat({ query: question, conversation_id, user_id: null, temperature: null }, { headers });
  const found = await getConversation(conversation_id, {}, { headers });
  if (found.status !== 200) throw new Refused(found.data);
  return { conversation_id: found.data.conversation_id, user_id: found.data.user_id };
});

await step('invalid', async () => {
  const answer = await listConversations({ cursor: 'no cursor' }, { headers });
  if (answer.status === 200) throw new Error('There is no error');
  const { status, code, errors, retryable } = answer.data;
  return { status, code, pointer: errors?.[0]?.pointer, retryable };
});

await step('refused', async () => {
  const answer = await chat({ query: question, model_name: noModel }, { headers });
  if (answer.status === 200) throw new Error('There is no error');
  const { status, code, supported } = answer.data;
  return { status, code, supported };
});

await step('new_code', async () => {
  const answer = await getReceipt(newTurn, { headers });
  if (answer.status === 200) throw new Error('There is no error');
  return { status: answer.data.status, code: answer.data.code };
});

await step('refused_stream', async () => {
  try {
    await openStream(getChatStreamUrl(), { query: question, user_id: user, model_name: noModel });
  } catch (error) {
    if (error instanceof Refused) return { status: error.problem.status, code: error.problem.code };
    throw error;
  }
  throw new Error('There is no error');
});
