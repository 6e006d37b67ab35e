import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { answer, continuing, gatewayAnswer, jsonAnswer } from '../../support/model/model-server.answers.js';
import type { Behaviour } from '../../support/model/model-server.exchange.js';
import * as faults from '../../support/model/model-server.faults.js';
import { ModelServer } from '../../support/model/model-server.js';
import {
  startServiceWithModel,
  type ServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';
import { startService } from '../../support/service/service.js';
import { ask, type Told, type Way, WAYS } from '../../support/service/ways-to-ask.js';

/** What the model has in mind. */
const WHOLE = 'One half of it, and then the other half of it.';
const HALF = ['One half', ' of it,'];

/** Timeouts a hundred times as short as in production. */
const SCALED = {
  LLM_CONNECT_TIMEOUT_MS: '300',
  LLM_FIRST_TOKEN_TIMEOUT_MS: '300',
  LLM_IDLE_TIMEOUT_MS: '200',
  LLM_TOTAL_TIMEOUT_MS: '10000',
};

/**
 * F01 to F35 as the callers of either variant see them. Real: the complete service, its database, HTTP both ways.
 * Stand-in: the model behind its server. The faults one by one, as the client of model servers sees them, are in
 * openai-client.faults.spec.ts; F01, F20 and F42 are in retry.spec.ts.
 */
describe('A model server that fails', () => {
  let running: ServiceWithModel;
  let failedAttempts = 0;

  beforeAll(async () => {
    running = await startServiceWithModel(SCALED);
  });
  afterAll(() => stopServiceWithModel(running));
  afterEach(async () => {
    // Half of its calls failing, the target would be taken out of service.
    for (; failedAttempts > 0; failedAttempts--) {
      running.model.next(answer('calm'));
      await ask(running.service, 'json');
    }
  });

  /** Asks; the model behaves so, and if asked more often, in a way that no test has planned. */
  async function askWith(way: Way, ...behaviours: readonly Behaviour[]): Promise<Told & { calls: number }> {
    const { model, service } = running;
    const asked = model.requests.length;
    model.next(...behaviours);
    const told = await ask(service, way);
    const calls = model.requests.length - asked;
    failedAttempts += told.error ? calls : calls - 1;
    return { ...told, calls };
  }

  const outcomesOf = ({ receipt }: Told) => receipt!.attempts.map(({ outcome }) => outcome);

  describe.each(WAYS)('before it has said anything, to a caller of %s', (way) => {
    const cases: [name: string, fault: Behaviour, outcome: string][] = [
      ['F05 RST before headers', faults.resetBeforeHeaders(), 'model_failed'],
      ['F06 FIN before headers', faults.hangUpBeforeHeaders(), 'model_failed'],
      ['F07 what is not HTTP', faults.garbage(), 'model_failed'],
      ['F08 status 500', faults.status(500, {}), 'model_failed'],
      ['F08 status 502 in HTML', faults.status(502, '<h1>Bad gateway</h1>'), 'model_failed'],
      ['F08 status 503', faults.status(503, {}), 'model_overloaded'],
      ['F08 status 504', faults.status(504, {}), 'model_failed'],
      ['F16 a header of 20 KB', faults.hugeHeaders(), 'model_failed'],
      ['F26 bad gzip', faults.badGzip(), 'model_failed'],
    ];

    it.each(cases)('%s is not noticed', async (_name, fault, outcome) => {
      const told = await askWith(way, fault, answer(['One ', 'answer.']));
      expect(told).toMatchObject({ status: 200, text: 'One answer.', finishReason: 'stop', calls: 2 });
      expect(told.frames.some(({ action }) => action)).toBe(false);
      expect(told.receipt).toMatchObject({ status: 'completed', text: 'One answer.' });
      expect(outcomesOf(told)).toEqual([outcome, 'answered']);
    });

    it('F09 status 429 with Retry-After: 1 is waited for', async () => {
      const from = performance.now();
      const told = await askWith(way, faults.status(429, {}, { 'retry-after': '1' }), answer('One answer.'));
      expect(told).toMatchObject({ text: 'One answer.', calls: 2 });
      expect(performance.now() - from).toBeGreaterThanOrEqual(1_000);
      expect(outcomesOf(told)).toEqual(['model_overloaded', 'answered']);
    });

    it('F17 JSON where a stream was asked for is an answer', async () => {
      const told = await askWith(way, jsonAnswer('One answer.'));
      expect(told).toMatchObject({ text: 'One answer.', finishReason: 'stop', calls: 1 });
    });
  });

  describe.each(WAYS)('so that trying again is of no use, to a caller of %s', (way) => {
    const refused = { code: 'model_refused', status: 502, retryable: false };
    const misconfigured = { code: 'model_misconfigured', status: 502, retryable: false };
    const cases: [name: string, fault: Behaviour, error: object][] = [
      [
        'F10 429 with Retry-After: 3600',
        faults.status(429, {}, { 'retry-after': '3600' }),
        { code: 'model_overloaded', status: 503, retryable: true },
      ],
      ['F11 status 400', faults.status(400, { error: { message: 'canary' } }), refused],
      ['F11 status 422', faults.status(422, { error: { message: 'canary' } }), refused],
      ['F12 status 401', faults.status(401, { error: { message: 'canary' } }), misconfigured],
      ['F12 status 403', faults.status(403, { error: { message: 'canary' } }), misconfigured],
      [
        'F15 a redirect',
        faults.redirect('http://127.0.0.1:1/internal'),
        { code: 'model_failed', status: 502 },
      ],
      [
        'F13 silence before headers',
        faults.silenceBeforeHeaders(),
        { code: 'model_timeout', status: 504, retryable: true },
      ],
      [
        'F14 silence after headers',
        faults.silenceAfterHeaders(),
        { code: 'model_timeout', status: 504, retryable: true },
      ],
      [
        'F25 an error frame invalid_request',
        faults.errorFrameAfter([], { type: 'invalid_request_error', message: 'canary' }),
        refused,
      ],
      [
        'F25 an error frame content_filter',
        faults.errorFrameAfter([], { code: 'content_filter', message: 'canary' }),
        { code: 'content_filtered', status: 400, retryable: false },
      ],
    ];

    it.each(cases)('%s is reported after one call, without its words', async (_name, fault, error) => {
      const told = await askWith(way, fault);
      expect(told).toMatchObject({ error, calls: 1 });
      expect(told.status).toBe(way === 'json' ? (error as { status: number }).status : 200);
      expect(JSON.stringify(told)).not.toContain('canary');
      if (told.receipt) expect(told.receipt).toMatchObject({ status: 'failed', text: '' });
    });
  });

  it('F10 passes on when to come again, where there are headers to do so', async () => {
    const told = await askWith('json', faults.status(429, {}, { 'retry-after': '3600' }));
    expect([told.status, told.headers.get('retry-after')]).toEqual([503, '3600']);
  });

  const interruptions: [name: string, fault: Behaviour, outcome: string][] = [
    ['F21 FIN in a chunked body', faults.hangUpAfter(HALF), 'model_failed'],
    ['F22 FIN of a body without length', faults.hangUpWithoutLengthAfter(HALF), 'model_failed'],
    ['F23 an end without a finish', faults.endAfter(HALF), 'model_failed'],
    ['F24 silence', faults.silenceAfter(HALF), 'model_timeout'],
    ['F25 an error frame', faults.errorFrameAfter(HALF, { type: 'server_error' }), 'model_failed'],
    ['F27 a frame that is no JSON', faults.invalidFrameAfter(HALF), 'model_failed'],
    ['F30 a frame of 9 MB', faults.hugeFrameAfter(HALF, 9_000_000), 'model_failed'],
  ];

  describe('after it has said something', () => {
    it.each(interruptions)(
      '%s: variant B voids that, and tells the second answer',
      async (_n, fault, outcome) => {
        const told = await askWith('qa', fault, answer(['Another ', 'answer.']));
        expect(told).toMatchObject({ text: 'Another answer.', finishReason: 'stop', calls: 2 });
        const heard = told.frames.flatMap(({ data, action }) => action ?? (data ? [data] : []));
        expect(heard.join('')).toBe(`${HALF.join('')}RETRYINGAnother answer.`);
        expect(told.receipt).toMatchObject({ status: 'completed', text: 'Another answer.' });
        expect(outcomesOf(told)).toEqual([outcome, 'answered']);
      },
    );

    describe.each(['stream', 'json'] as const)('to a caller of %s', (way) => {
      it.each(interruptions)('%s: variant A goes on from there', async (_name, fault, outcome) => {
        const told = await askWith(way, fault, continuing(WHOLE));
        expect(told).toMatchObject({ text: WHOLE, finishReason: 'stop', calls: 2 });
        expect(told.receipt).toMatchObject({ status: 'completed', text: WHOLE });
        expect(outcomesOf(told)).toEqual([outcome, 'answered']);
      });
    });

    it.each(WAYS)('F32 in all attempts: a caller of %s hears of it at the end', async (way) => {
      const told = await askWith(way, ...['a', 'b', 'c'].map((text) => faults.endAfter([`${text} `])));
      expect(told).toMatchObject({ error: { code: 'model_failed', status: 502, retryable: true }, calls: 3 });
      if (way === 'json') return;
      const text = way === 'qa' ? 'c ' : 'a b c ';
      expect(told.text).toBe(text);
      expect(told.receipt).toMatchObject({ status: 'failed', text });
      expect(told.frames.filter(({ action }) => action === 'RETRYING')).toHaveLength(way === 'qa' ? 2 : 0);
      expect(outcomesOf(told)).toEqual(['model_failed', 'model_failed', 'model_failed']);
    });

    it.each(WAYS)(
      'F25 a content filter: the text so far is the answer of a caller of %s, and nothing is tried again',
      async (way) => {
        const told = await askWith(way, faults.errorFrameAfter(['half '], { code: 'content_filter' }));
        expect(told).toMatchObject({ text: 'half ', finishReason: 'content_filter', calls: 1 });
        expect(told.receipt).toMatchObject({ status: 'completed', text: 'half ' });
      },
    );
  });

  describe.each(WAYS)('not at all, though it looks odd, to a caller of %s', (way) => {
    const text = 'Zürich 👩‍👩‍👧 naïve 机器学习 e\u0301.';
    const cases: [name: string, behaviour: Behaviour, expected: object][] = [
      ['F23 a finish without [DONE]', answer(text, { hasDone: false }), { text, finishReason: 'stop' }],
      ['F23 [DONE] without a finish', answer(text, { finishReason: null }), { text, finishReason: 'stop' }],
      [
        'a finish with every frame, of a stream labelled as JSON',
        gatewayAnswer([...text], 'length'),
        { text, finishReason: 'length' },
      ],
      ['F28 bytes one by one', answer([...text], { style: { pieceBytes: 1 } }), { text }],
      ['F29 CR LF, comments', answer([text], { style: { lineEnd: '\r\n', comment: 'ping' } }), { text }],
      ['F29 CR, no space', answer([text], { style: { lineEnd: '\r', isTight: true } }), { text }],
      [
        'F29 several data lines, unknown events',
        answer([text], { style: { isMultiLine: true, foreignEvent: 'ping' } }),
        { text },
      ],
      ['F33 cut by length', answer(text, { finishReason: 'length' }), { text, finishReason: 'length' }],
      [
        'F33 cut by a content filter',
        answer(text, { finishReason: 'content_filter' }),
        { text, finishReason: 'content_filter' },
      ],
      ['F34 frames after [DONE]', faults.framesAfterDone([text]), { text, finishReason: 'stop' }],
      ['F68 NUL and half a pair', answer(['a\u0000b', '\ud83d', 'c']), { finishReason: 'stop' }],
    ];

    it.each(cases)('%s', async (_name, behaviour, expected) => {
      const told = await askWith(way, behaviour);
      expect(told).toMatchObject({ status: 200, calls: 1, ...expected });
      expect(told.receipt).toMatchObject({ status: 'completed', text: told.text });
      expect(told.text.isWellFormed() && !told.text.includes('\0')).toBe(true);
    });
  });

  it.each(WAYS)('F31 without an end is cut, and a caller of %s has what is stored', async (way) => {
    const index = running.model.requests.length;
    const told = await askWith(way, faults.endless('0123456789'.repeat(1_000)));
    expect(told).toMatchObject({ finishReason: 'length', calls: 1, receipt: { status: 'completed' } });
    expect(told.text).toBe(told.receipt!.text);
    expect((await running.model.requestClosed(index)).isAborted).toBe(true);
  });
});

describe('Model servers that cannot be reached', () => {
  const cases: [name: string, baseUrl: () => Promise<string>, outcome: string][] = [
    ['F02 refusing', () => ModelServer.unreachableUrl(), 'model_failed'],
    ['F03 without an address', () => Promise.resolve('http://model-server.invalid/v1'), 'model_failed'],
    ['F04 a black hole', () => blackHole(), 'model_timeout'],
  ];
  const holes: Server[] = [];
  afterEach(() => holes.splice(0).forEach((hole) => hole.close()));

  /** Takes connections and never speaks TLS: to the client, the connection is not made. */
  async function blackHole(): Promise<string> {
    const hole = createServer((socket) => void socket.on('error', () => undefined).resume());
    holes.push(hole.listen(0, '127.0.0.1'));
    await once(hole, 'listening');
    return `https://127.0.0.1:${(hole.address() as { port: number }).port}/v1`;
  }

  it.each(cases)('%s: every caller hears of it after three attempts', async (_name, baseUrl, outcome) => {
    const environment = { ...SCALED, LLM_BASE_URL: await baseUrl(), LLM_MODEL: 'test-model' };
    const service = await startService({ environment });
    try {
      for (const way of WAYS) {
        const told = await ask(service, way);
        expect(told).toMatchObject({ error: { code: outcome, retryable: true }, text: '' });
        if (way === 'json') expect(told.status).toBe(outcome === 'model_timeout' ? 504 : 502);
        else expect(told.receipt!.attempts.map((attempt) => attempt.outcome)).toEqual(Array(3).fill(outcome));
      }
    } finally {
      await service.stop();
    }
  });
});

describe('The time for a complete answer', () => {
  it('F35 ends it in the pause before a further attempt, which is not made', async () => {
    const running = await startServiceWithModel({ ...SCALED, LLM_TOTAL_TIMEOUT_MS: '900' });
    try {
      for (const way of WAYS) {
        const asked = running.model.requests.length;
        running.model.next(faults.status(503, {}, { 'retry-after': '1' }));
        const told = await ask(running.service, way);
        expect(told).toMatchObject({ error: { code: 'model_overloaded' } });
        expect(running.model.requests.length).toBe(asked + 1);
      }
    } finally {
      await stopServiceWithModel(running);
    }
  });
});
