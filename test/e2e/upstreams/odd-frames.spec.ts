import { script } from '../../support/model/model-server.exchange.js';
import { end, head, raw } from '../../support/model/model-server.steps.js';
import { type Play, playing, type PlayStep } from '../../support/model/server-play.js';
import { deltaEvent, DONE, HELLO, RIGHT, ROLE, STOP, USAGE } from '../../support/model/server-play.frames.js';
import {
  startServiceWithModel,
  type ServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';
import { shortenPauses } from '../../support/service/short-pauses.js';
import { ALL_WAYS, ask, type Way } from '../../support/service/ways-to-ask.js';

const bare = (event: string) => event.replace(/^data: /, '');
const frames = [ROLE, ...HELLO, STOP];
const choice = (members: object) => `data: ${JSON.stringify({ choices: [{ index: 0, ...members }] })}\n\n`;
const whole = (message: object, more: object = {}): Play => {
  const body = JSON.stringify({ choices: [{ index: 0, message, ...more }] });
  return () => ({ status: 200, body });
};
const streamed = (...steps: readonly PlayStep[]): Play => {
  return () => steps;
};

/** Each is the answer `Hello world.`, in one attempt. */
const RIGHT_ANSWERS: readonly [report: string, play: Play][] = [
  [
    'gpustack/gpustack#6155: the last chunk and the end without their prefix',
    streamed(ROLE, ...HELLO, bare(STOP), USAGE, bare(DONE)),
  ],
  [
    'chunks that are lines, without a prefix (NDJSON)',
    streamed(...frames.map((text) => `${bare(text).trim()}\n`)),
  ],
  ['prefixes that are doubled', streamed(...[...frames, DONE].map((text) => `data: ${text}`))],
  ['an end behind two blanks', streamed(ROLE, ...HELLO, 'data:  [DONE]\n\n')],
  ['an end in quotes', streamed(ROLE, ...HELLO, 'data: "[DONE]"\n\n')],
  ['an end that has a name', streamed(ROLE, ...HELLO, 'event: done\ndata: [DONE]\n\n')],
  ['chunks with names', streamed(...frames.map((text) => `event: chat.completion.chunk\n${text}`))],
  [
    'signs of life as data',
    streamed(ROLE, ...['null', '[]', 'ping', '"ping"'].map((data) => `data: ${data}\n\n`), ...HELLO, DONE),
  ],
  ['strings in place of parts', streamed(deltaEvent({ content: ['Hello', ' world.'] }), STOP, DONE)],
  ['parts without a type', streamed(deltaEvent({ content: [{ text: 'Hello world.' }] }), STOP, DONE)],
  [
    'parts of the Responses API',
    streamed(deltaEvent({ content: [{ type: 'output_text', text: 'Hello world.' }] }), STOP, DONE),
  ],
  [
    'a legacy completion',
    streamed(
      choice({ text: 'Hello', finish_reason: null }),
      choice({ text: ' world.', finish_reason: 'stop' }),
      DONE,
    ),
  ],
  [
    'a complete answer whose finish reason is null',
    whole({ content: 'Hello world.' }, { finish_reason: null }),
  ],
  ['a complete answer without a finish reason', whole({ content: 'Hello world.' })],
];

const CODINGS = ['none', 'Identity', 'utf-8', 'identity, none'];

/** Real: the service, its database, HTTP both ways. Stand-in: a model server that plays what was met in the field. */
describe('An answer whose frames are odd', () => {
  let running: ServiceWithModel;

  beforeAll(async () => {
    running = await startServiceWithModel({ LLM_MAX_RETRIES: '1' });
    shortenPauses(running.service);
  });
  afterAll(() => stopServiceWithModel(running));

  const everyWay = RIGHT_ANSWERS.flatMap(([name, play]) => ALL_WAYS.map((way) => [name, way, play] as const));

  it.each(everyWay)('is read: %s (%s)', async (_, way, play) => {
    running.model.always(playing(play));
    const told = await ask(running.service, way);
    expect(told).toMatchObject({ status: 200, text: 'Hello world.', finishReason: 'stop' });
    if (told.receipt) expect(told.receipt.attempts).toHaveLength(1);
  });

  it.each(CODINGS.flatMap((coding) => ALL_WAYS.map((way): [string, Way] => [coding, way])))(
    'is read with Content-Encoding: %s (%s)',
    async (coding, way) => {
      const bytes = Buffer.from(RIGHT.map(String).join(''));
      running.model.always(script(head({ 'content-encoding': coding }), raw(bytes), end()));
      expect(await ask(running.service, way)).toMatchObject({ status: 200, text: 'Hello world.' });
    },
  );

  it.each(ALL_WAYS)('has the counts that Moonshot puts into its choice (%s)', async (way) => {
    const usage = { prompt_tokens: 123, completion_tokens: 45 };
    running.model.always(
      playing(streamed(ROLE, ...HELLO, choice({ delta: {}, finish_reason: 'stop', usage }), DONE)),
    );
    const told = await ask(running.service, way);
    expect(told).toMatchObject({ status: 200, text: 'Hello world.' });
    if (told.receipt) expect(told.receipt).toMatchObject({ usage: { input_tokens: 123, output_tokens: 45 } });
  });
});
