import {
  chat,
  type ChatFrame,
  chatStream,
  getConversation,
  getReceipt,
  listConversations,
  type Problem,
  type QaFrame,
  qaChat,
  sendFeedback,
} from './client';
import { client } from './client/client.gen';
import { key, newTurn, noModel, question, sayFirstWords, slowQuestion, step, uid, url, user } from './report';

/** The service has understood, and will not answer: asking again would get the same. */
class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

// By itself the generated client asks again, for ever, whatever status it gets. What onSseError throws ends that,
// and comes out of the loop over the stream; connections that drop are still resumed.
const streaming = {
  onSseError: (error: unknown) => {
    if (error instanceof Refused) throw error;
  },
  sseMaxRetryAttempts: 8,
  fetch: async (...request: Parameters<typeof fetch>) => {
    const response = await fetch(...request);
    if (response.headers.get('content-type')?.startsWith('application/problem+json')) {
      const problem = (await response.clone().json()) as Problem;
      if (!problem.retryable) throw new Refused(problem);
    }
    return response;
  },
};

client.setConfig({ baseUrl: url, auth: key });

await step('ask', async () => {
  const body = { query: question, user_id: user, conversation_id: `${user}-1` };
  const { data } = await chat({ body, throwOnError: true });
  const { text, finish_reason, usage, message_id } = data;
  await step('feedback', () => giveFeedback(message_id));
  return { text, finish_reason, output_tokens: usage.output_tokens, id: message_id };
});

async function giveFeedback(chat_id: string): Promise<object> {
  const given = { chat_id, uid: user, reason: null, better_answer: '退货期限是 30 天。' };
  const first = await sendFeedback({ body: { ...given, stars: 4 }, throwOnError: true });
  const again = await sendFeedback({ body: { ...given, stars: 5 }, throwOnError: true });
  const [one, two] = [first.data, again.data].map(({ stars, reason, better_answer, revision }) => {
    return { stars, reason, better_answer, revision };
  });
  return { first: one, again: two };
}

await step('stream', async () => {
  const body = { query: slowQuestion, user_id: user, conversation_id: `${user}-2` };
  const { stream } = await chatStream({ body, ...streaming });
  return readChat(stream);
});

async function readChat(stream: AsyncGenerator<ChatFrame>): Promise<object> {
  let text = '';
  let ending = {};
  let id = '';
  for await (const frame of stream) {
    if ('error' in frame) throw new Error(frame.error.detail);
    if (text === '' && frame.text !== '') sayFirstWords();
    text += frame.text;
    id = frame.message_id;
    if ('finish_reason' in frame) {
      ending = { finish_reason: frame.finish_reason, output_tokens: frame.usage.output_tokens };
    }
  }
  return { text, id, ...ending };
}

await step('ask_b', async () => {
  const { stream } = await qaChat({ body: { question, uid }, ...streaming });
  return readQa(stream);
});

async function readQa(stream: AsyncGenerator<QaFrame>): Promise<object> {
  let text = '';
  let found = {};
  for await (const frame of stream) {
    if (frame === '[DONE]') found = { ...found, is_done: true };
    else if ('error' in frame) throw new Error(frame.error.detail);
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
  const first = await listConversations({ query: { user_id: user, limit: 1 }, throwOnError: true });
  const cursor = first.data.next_cursor ?? undefined;
  const second = await listConversations({ query: { user_id: user, limit: 1, cursor }, throwOnError: true });
  const [one, two] = [first, second].map(({ data }) =>
    data.conversations.map((found) => found.conversation_id),
  );
  return { first: one, second: two, next_cursor: second.data.next_cursor };
});

await step('null', async () => {
  const conversation_id = `${user}-null`;
  const body = { query: question, conversation_id, user_id: null, temperature: null };
  await chat({ body, throwOnError: true });
  const { data } = await getConversation({ path: { conversation_id }, throwOnError: true });
  return { conversation_id: data.conversation_id, user_id: data.user_id };
});

await step('invalid', async () => {
  const { error } = await listConversations({ query: { cursor: 'no cursor' } });
  if (!error) throw new Error('There is no error');
  return {
    status: error.status,
    code: error.code,
    pointer: error.errors?.[0]?.pointer,
    retryable: error.retryable,
  };
});

await step('refused', async () => {
  const { error } = await chat({ body: { query: question, model_name: noModel } });
  if (!error) throw new Error('There is no error');
  return { status: error.status, code: error.code, supported: error.supported };
});

await step('new_code', async () => {
  const { error } = await getReceipt({ path: { chat_id: newTurn } });
  return { status: error?.status, code: error?.code };
});

await step('refused_stream', async () => {
  const { stream } = await chatStream({
    body: { query: question, user_id: user, model_name: noModel },
    ...streaming,
  });
  try {
    await readChat(stream);
  } catch (error) {
    if (error instanceof Refused) return { status: error.problem.status, code: error.problem.code };
    throw error;
  }
  throw new Error('There is no error');
});
