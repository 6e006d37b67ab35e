import createClient from 'openapi-fetch';
import type { components, paths } from './client/schema';
import { readFrames } from './frames';
import { key, newTurn, noModel, question, sayFirstWords, slowQuestion, step, uid, url, user } from './report';

type ChatFrame = components['schemas']['ChatFrame'];
type QaFrame = components['schemas']['QaFrame'];
type Problem = components['schemas']['Problem'];

const client = createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${key}` } });

/** What was answered. @throws Error with the problem's detail when it was refused */
function answered<Data>({ data, error }: { data?: Data; error?: Problem }): Data {
  if (data === undefined || error) throw new Error(error?.detail ?? 'There is no answer');
  return data;
}

await step('ask', async () => {
  const body = { query: question, user_id: user, conversation_id: `${user}-1` };
  const { text, finish_reason, usage, message_id } = answered(await client.POST('/chat', { body }));
  await step('feedback', () => giveFeedback(message_id));
  return { text, finish_reason, output_tokens: usage.output_tokens, id: message_id };
});

async function giveFeedback(chat_id: string): Promise<object> {
  const given = { chat_id, uid: user, reason: null, better_answer: '退货期限是 30 天。' };
  const first = answered(await client.POST('/api/feedback', { body: { ...given, stars: 4 } }));
  const again = answered(await client.POST('/api/feedback', { body: { ...given, stars: 5 } }));
  const [one, two] = [first, again].map(({ stars, reason, better_answer, revision }) => {
    return { stars, reason, better_answer, revision };
  });
  return { first: one, again: two };
}

await step('stream', async () => {
  const body = { query: slowQuestion, user_id: user, conversation_id: `${user}-2` };
  const frames = answered(await client.POST('/chat/stream', { body, parseAs: 'stream' }));
  if (!frames) throw new Error('There is no body');
  return readChat(readFrames<ChatFrame>(frames));
});

async function readChat(frames: AsyncGenerator<ChatFrame>): Promise<object> {
  let text = '';
  let ending = {};
  let id = '';
  for await (const frame of frames) {
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
  const frames = answered(await client.POST('/api/chat', { body: { question, uid }, parseAs: 'stream' }));
  if (!frames) throw new Error('There is no body');
  return readQa(readFrames<QaFrame>(frames));
});

async function readQa(frames: AsyncGenerator<QaFrame>): Promise<object> {
  let text = '';
  let found = {};
  for await (const frame of frames) {
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
  const list = async (cursor?: string) => {
    const query = { user_id: user, limit: 1, cursor };
    return answered(await client.GET('/api/conversations', { params: { query } }));
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
  const body = { query: question, conversation_id, user_id: null, temperature: null };
  answered(await client.POST('/chat', { body }));
  const path = { conversation_id };
  const found = answered(await client.GET('/api/conversations/{conversation_id}', { params: { path } }));
  return { conversation_id: found.conversation_id, user_id: found.user_id };
});

await step('invalid', async () => {
  const { error } = await client.GET('/api/conversations', { params: { query: { cursor: 'no cursor' } } });
  if (!error) throw new Error('There is no error');
  return {
    status: error.status,
    code: error.code,
    pointer: error.errors?.[0]?.pointer,
    retryable: error.retryable,
  };
});

await step('refused', async () => {
  const { error } = await client.POST('/chat', { body: { query: question, model_name: noModel } });
  if (!error) throw new Error('There is no error');
  return { status: error.status, code: error.code, supported: error.supported };
});

await step('new_code', async () => {
  const { error } = await client.GET('/api/chat/{chat_id}', { params: { path: { chat_id: newTurn } } });
  return { status: error?.status, code: error?.code };
});

await step('refused_stream', async () => {
  const body = { query: question, user_id: user, model_name: noModel };
  const { error } = await client.POST('/chat/stream', { body, parseAs: 'stream' });
  if (!error) throw new Error('There is no error');
  return { status: error.status, code: error.code };
});
