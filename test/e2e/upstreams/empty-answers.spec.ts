import { DataSource } from 'typeorm';
import { type Play, playing, type PlayRequest, type PlayStep } from '../../support/model/server-play.js';
import {
  deltaEvent,
  DONE,
  HELLO,
  openAiError,
  refusal,
  RIGHT,
  ROLE,
  STOP,
  textEvent,
  USAGE,
} from '../../support/model/server-play.frames.js';
import {
  startServiceWithModel,
  type ServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';
import { shortenPauses } from '../../support/service/short-pauses.js';
import { ALL_WAYS, ask, type Told, UID, type Way, WAYS } from '../../support/service/ways-to-ask.js';

const LENGTH = deltaEvent({}, 'length');
const thinking = (text: string) => deltaEvent({ reasoning_content: text });

const TOOL_CALL = { index: 0, id: 'call', type: 'function', function: { name: 'search', arguments: '{}' } };
const CALL = deltaEvent({ tool_calls: [TOOL_CALL] });

function jsonAnswer(message: object, finishReason = 'stop'): Play {
  const choices = [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finishReason }];
  return () => ({ status: 200, body: JSON.stringify({ object: 'chat.completion', choices }) });
}

const streamed = (...steps: readonly PlayStep[]): Play => {
  return () => [ROLE, ...steps];
};

/** Each is an end without an answer. */
const EMPTY: readonly [report: string, play: Play][] = [
  ['vllm-project/vllm#17349: only reasoning', streamed(thinking('Hello world.'), STOP, USAGE, DONE)],
  ['only a think block', streamed(textEvent('<think>\nHello world.\n</think>\n\n'), STOP, DONE)],
  ['a think block that no tag closes', streamed(textEvent('<think>\nHello world.'), STOP, DONE)],
  [
    'only a thinking part',
    streamed(deltaEvent({ content: [{ type: 'thinking', thinking: 'Hello world.' }] }), STOP, DONE),
  ],
  [
    'only encrypted reasoning',
    streamed(deltaEvent({ reasoning_details: [{ type: 'reasoning.encrypted', data: 'b64==' }] }), STOP, DONE),
  ],
  ['nothing', streamed(STOP, USAGE, DONE)],
  ['white space', streamed(textEvent('\n\n'), STOP, DONE)],
  [
    'only reasoning, from a gateway that does not stream',
    jsonAnswer({ content: '', reasoning: 'Hello world.' }),
  ],
  ['nothing, from a gateway that does not stream', jsonAnswer({ content: null })],
];

/** Each is an end without an answer for a caller that takes no calls. */
const CALLING: readonly [report: string, play: Play][] = [
  ['the call of a tool', streamed(CALL, deltaEvent({}, 'tool_calls'), DONE)],
  ['thinking and the call of a tool', streamed(thinking('hm'), CALL, deltaEvent({}, 'tool_calls'), DONE)],
  [
    'the call of a tool, from a gateway that does not stream',
    jsonAnswer({ content: null, tool_calls: [TOOL_CALL] }, 'tool_calls'),
  ],
];

/** Each used its tokens up before its answer began. */
const AT_LIMIT: readonly [report: string, play: Play][] = [
  ['a budget spent on thinking', streamed(thinking('Hello'), LENGTH, DONE)],
  ['a budget spent in a think block', streamed(textEvent('<think>\nHello'), LENGTH, DONE)],
  ['GPT-5: a budget spent on thinking that is not shown', streamed(LENGTH, USAGE, DONE)],
  [
    'a budget spent on thinking, from a gateway that does not stream',
    jsonAnswer({ content: '', reasoning_content: 'Hello' }, 'length'),
  ],
];

/** Each refuses: that is what the model answers. */
const REFUSING: readonly [report: string, play: Play][] = [
  [
    'OpenAI: refusal deltas',
    streamed(...['Hello', ' wor', 'ld.'].map((refusal) => deltaEvent({ refusal })), STOP, DONE),
  ],
  [
    'OpenAI: a refusal beside content that is null',
    streamed(deltaEvent({ content: null, refusal: 'Hello world.' }), STOP, DONE),
  ],
  ['a refusal, from a gateway that does not stream', jsonAnswer({ content: null, refusal: 'Hello world.' })],
];

const everyWay = <T extends unknown[]>(rows: readonly (readonly [string, ...T])[]): [string, Way, ...T][] =>
  rows.flatMap(([name, ...rest]) => ALL_WAYS.map((way): [string, Way, ...T] => [name, way, ...rest]));

const EMPTY_BY_WAY: readonly [report: string, way: Way, play: Play][] = [
  ...everyWay(EMPTY),
  ...CALLING.flatMap(([name, play]) => WAYS.map((way): [string, Way, Play] => [name, way, play])),
];

/** Real: the service, its database, HTTP both ways. Stand-in: a model server that plays what was met in the field. */
describe('An answer without a text', () => {
  let running: ServiceWithModel;

  beforeAll(async () => {
    running = await startServiceWithModel({ LLM_MAX_RETRIES: '1' });
    shortenPauses(running.service);
  });
  afterAll(() => stopServiceWithModel(running));

  function askOf(play: Play, way: Way, more?: object): Promise<Told> {
    running.model.always(playing(play));
    return ask(running.service, way, more);
  }

  function expectEmptyAnswer(told: Told, way: Way, attempts: number): void {
    expect(told.error).toMatchObject({ code: 'empty_answer' });
    expect(told.text.trim()).toBe('');
    const isJson = way === 'json' || way === 'openai-json';
    if (isJson) expect(told.status).toBe(502);
    // The OpenAI API gives a status, too, as long as it has sent nothing.
    if (isJson || (way === 'openai' && told.status === 502)) return;
    expect(told.status).toBe(200);
    expect(told.receipt).toMatchObject({ status: 'failed', error_code: 'empty_answer' });
    expect(told.receipt!.attempts.map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: attempts }, () => 'empty_answer'),
    );
  }

  it.each(EMPTY_BY_WAY)('%s: fails after as many attempts as it may, by %s', async (_, way, play) => {
    const first = running.model.requests.length;
    expectEmptyAnswer(await askOf(play, way), way, 2);
    expect(running.model.requests.length - first).toBe(2);
  });

  it.each(EMPTY_BY_WAY)('%s: is answered by the next attempt, by %s', async (_, way, play) => {
    const told = await askOf((request) => (request.nth === 1 ? play(request) : RIGHT), way);
    expect(told).toMatchObject({ status: 200, finishReason: 'stop' });
    expect(told.text.trim()).toBe('Hello world.');
    expect(told.receipt).toMatchObject({ status: 'completed', text: told.text });
    const asked = running.model.requests.at(-1)!.body!.messages!;
    expect(asked.map(({ role, content }) => [role, content === ''])).not.toContainEqual(['assistant', true]);
  });

  it.each(everyWay(AT_LIMIT))('%s: fails at once and says why, by %s', async (_, way, play) => {
    const first = running.model.requests.length;
    const told = await askOf(play, way);
    expectEmptyAnswer(told, way, 1);
    expect(running.model.requests.length - first).toBe(1);
    const { detail, message } = told.error as { detail?: string; message?: string };
    expect(detail ?? message).toContain('max_tokens');
  });

  it.each(everyWay(REFUSING))('%s: is an answer when the model refuses, by %s', async (_, way, play) => {
    const told = await askOf(play, way);
    expect(told).toMatchObject({ status: 200, text: 'Hello world.', finishReason: 'stop' });
    expect(told.receipt).toMatchObject({ status: 'completed', text: 'Hello world.' });
  });

  it.each(ALL_WAYS)('ends as filtered when a filter left nothing of it, by %s', async (way) => {
    const told = await askOf(streamed(deltaEvent({}, 'content_filter'), DONE), way);
    expect(told).toMatchObject({ status: 200, text: '', finishReason: 'content_filter' });
  });

  it.each(['stream', 'json', 'openai', 'openai-json'] as const)(
    'is not complete when a continuation has thinking alone, by %s',
    async (way) => {
      const broken = [ROLE, textEvent('Hello'), 20, { destroy: true }] as const;
      const told = await askOf(({ nth }) => (nth === 1 ? broken : [ROLE, thinking('hm'), STOP, DONE]), way);
      expect(told.error).toMatchObject({ code: 'empty_answer' });
    },
  );

  it.each(['stream', 'json', 'openai', 'openai-json'] as const)(
    'is complete when it had a text that a continuation adds nothing to, by %s',
    async (way) => {
      const broken = [ROLE, textEvent('Hello world.'), 20, { destroy: true }] as const;
      const told = await askOf(({ nth }) => (nth === 1 ? broken : [ROLE, STOP, DONE]), way);
      expect(told).toMatchObject({ status: 200, text: 'Hello world.', finishReason: 'stop' });
    },
  );

  it.each(ALL_WAYS)('begins again when only white space came before it broke off, by %s', async (way) => {
    const broken = [ROLE, textEvent('\n\n'), 20, { destroy: true }] as const;
    const told = await askOf(({ nth }) => (nth === 1 ? broken : RIGHT), way);
    expect(told.text.trim()).toBe('Hello world.');
    expect(running.model.requests.at(-1)!.body!.messages!.map(({ role }) => role)).not.toContain('assistant');
  });

  describe('and the conversation', () => {
    /** metadist/synaplan#1115 */
    const strict =
      (play: Play): Play =>
      (request: PlayRequest) =>
        request.json.messages?.some(({ role, content }) => role === 'assistant' && content.trim() === '')
          ? refusal(400, openAiError('assistant message must not be empty'))
          : play(request);
    const hmOnly: Play = strict(streamed(thinking('hm'), STOP, DONE));
    const answers: Play = strict(() => [ROLE, ...HELLO, STOP, DONE]);
    const sent = () => running.model.requests.at(-1)!.body!.messages!.map(({ content }) => content);

    it.each(['stream', 'json'] as const)('goes on after it, by %s', async (way) => {
      const conversation = { conversation_id: `after-empty-${way}` };
      expect((await askOf(hmOnly, way, conversation)).error?.code).toBe('empty_answer');
      expect(await askOf(answers, way, conversation)).toMatchObject({ status: 200, text: 'Hello world.' });
      expect(sent()).toHaveLength(2);
      expect(await askOf(answers, way, conversation)).toMatchObject({ status: 200, text: 'Hello world.' });
      expect(sent()).toHaveLength(4);
    });

    it('goes on after an empty answer that an earlier release stored as completed', async () => {
      const conversation = { conversation_id: 'stored-empty' };
      const { receipt } = await askOf(answers, 'stream', conversation);
      expect(receipt?.status).toBe('completed');
      await running.service.app
        .get(DataSource)
        .query(
          `UPDATE turn SET answer = '' WHERE conversation_id IN (SELECT id FROM conversation WHERE external_id = $1)`,
          [conversation.conversation_id],
        );
      expect(await askOf(answers, 'stream', conversation)).toMatchObject({ text: 'Hello world.' });
      expect(sent()).toHaveLength(2);
    });

    it('goes on when callers send such a round in their own history', async () => {
      const pairs = [
        ['first', ''],
        ['second', 'two'],
      ];
      const messages = pairs.flatMap(([user, assistant]) => [
        { role: 'user', content: user },
        { role: 'assistant', content: assistant },
      ]);
      expect(await askOf(answers, 'qa', { history: pairs })).toMatchObject({ text: 'Hello world.' });
      expect(sent().slice(1, -1)).toEqual(['second', 'two']);
      expect(await askOf(answers, 'stream', { history: messages })).toMatchObject({ text: 'Hello world.' });
      expect(sent().slice(1, -1)).toEqual(['second', 'two']);
    });
  });

  it.each(WAYS)('frees the key of its question: the same question is asked again, by %s', async (way) => {
    const headers = { 'idempotency-key': `empty-${way}` };
    const path = way === 'qa' ? '/api/chat' : '/chat';
    const body = way === 'qa' ? { question: 'q', uid: UID } : { query: 'q', stream: way === 'stream' };
    running.model.always(playing(streamed(STOP, DONE)));
    expect(await (await running.service.post(path, body, { headers })).text()).toContain('empty_answer');
    running.model.always(playing(() => RIGHT));
    expect(await (await running.service.post(path, body, { headers })).text()).not.toContain('empty_answer');
  });
});
