import { lastValueFrom, type Subscription, tap, toArray } from 'rxjs';
import { answer, answerEvents, hold, jsonAnswer } from '../../../test/support/model/model-server.answers.js';
import { ClientAndServer, outcomeOf, REQUEST } from '../../../test/support/model/model-server.client.js';
import { script } from '../../../test/support/model/model-server.exchange.js';
import * as faults from '../../../test/support/model/model-server.faults.js';
import { completion, type WireStyle } from '../../../test/support/model/model-server.frames.js';
import * as steps from '../../../test/support/model/model-server.steps.js';

describe('OpenAiClient', () => {
  let client: ClientAndServer;
  beforeEach(async () => (client = await ClientAndServer.start()));
  afterEach(() => client.stop());

  describe('a right answer', () => {
    it('comes delta by delta, with its finish and its counts', async () => {
      const { text, finish } = await client.outcomeWith(
        answer(['Hel', 'lo', ' 你好'], { usage: { prompt_tokens: 5, completion_tokens: 3 } }),
      );
      expect(text).toBe('Hello 你好');
      expect(finish).toEqual({
        type: 'finish',
        finishReason: 'stop',
        usage: { inputTokens: 5, outputTokens: 3 },
      });
    });

    it('passes a delta on before the next one is made', async () => {
      const held = hold(['first'], steps.delta('second'), steps.finish(), steps.done(), steps.end());
      client.server.next(held);
      const events = await lastValueFrom(
        client.ask().pipe(
          tap((event) => event.type === 'text.delta' && event.text === 'first' && held.release()),
          toArray(),
        ),
      );
      expect(events.map((event) => (event.type === 'text.delta' ? event.text : event.type))).toEqual([
        'first',
        'second',
        'finish',
      ]);
    });

    it('has deltas that arrived together joined into one', async () => {
      const events = [...'abcdef'].map(
        (letter) => `data: {"choices":[{"delta":{"content":"${letter}"}}]}\n\n`,
      );
      const { text, deltaCount } = await client.outcomeWith(
        script(steps.head(), steps.raw(events.join('')), steps.finish(), steps.end()),
      );
      expect([text, deltaCount]).toEqual(['abcdef', 1]);
    });

    it.each(['stop', 'length', 'content_filter'] as const)(
      'ends with the finish reason %s (F33)',
      async (reason) => {
        const { text, finish } = await client.outcomeWith(answer('Hello', { finishReason: reason }));
        expect([text, finish?.finishReason]).toEqual(['Hello', reason]);
      },
    );

    it('is complete with a finish reason and without [DONE] (F23)', async () => {
      const { finish } = await client.outcomeWith(answer('Hello', { hasDone: false, usage: null }));
      expect(finish?.finishReason).toBe('stop');
    });

    it('is complete when the connection breaks off after the finish reason', async () => {
      const { text, finish } = await client.outcomeWith(
        faults.after(['Hello'], steps.finish(), steps.hangUp()),
      );
      expect([text, finish?.finishReason]).toEqual(['Hello', 'stop']);
    });

    it('is complete when nothing follows the finish reason, and the connection is cut then', async () => {
      const impatient = client.with({ idleTimeoutMs: 200 });
      const { finish } = await impatient.outcomeWith(
        faults.after(['Hello'], steps.finish(), steps.silence()),
      );
      expect(finish?.finishReason).toBe('stop');
      expect((await client.server.requestClosed(0)).isAborted).toBe(true);
    });

    it('is counted here when the server does not', async () => {
      const { finish } = await client.outcomeWith(answer('x'.repeat(40), { usage: null }));
      expect(finish?.usage).toEqual({ inputTokens: 13, outputTokens: 10 });
    });

    it('ends at [DONE], whatever follows (F34)', async () => {
      const { text, finish } = await client.outcomeWith(faults.framesAfterDone(['Hello']));
      expect([text, finish?.finishReason]).toEqual(['Hello', 'stop']);
    });

    it('is finished at [DONE], and the connection cut when it does not end', async () => {
      const impatient = client.with({ idleTimeoutMs: 200 });
      const { finish } = await impatient.outcomeWith(
        faults.after(['Hello'], steps.finish(), steps.done(), steps.silence()),
      );
      expect(finish?.finishReason).toBe('stop');
      expect((await client.server.requestClosed(0)).isAborted).toBe(true);
    });

    it('comes complete from a server that answers in JSON (F17)', async () => {
      const { text, finish } = await client.outcomeWith(jsonAnswer('Hello'));
      expect(text).toBe('Hello');
      expect(finish).toEqual({
        type: 'finish',
        finishReason: 'stop',
        usage: { inputTokens: 11, outputTokens: 7 },
      });
    });

    it('comes as a stream that is labelled as JSON', async () => {
      const head = steps.head({ 'content-type': 'application/json' });
      const events = answerEvents(['Hel', 'lo']).map(steps.raw);
      const { text, finish } = await client.outcomeWith(script(head, ...events, steps.end()));
      expect([text, finish?.finishReason]).toEqual(['Hello', 'stop']);
    });

    it.each([undefined, 'text/event-stream', 'text/plain'])('comes as JSON labelled as %s', async (type) => {
      const { text, finish } = await client.outcomeWith(({ response }) => {
        if (type !== undefined) response.setHeader('content-type', type);
        response.end(JSON.stringify(completion('Hello', 'length')));
      });
      expect([text, finish?.finishReason]).toEqual(['Hello', 'length']);
    });

    it('leaves its connection to others', async () => {
      client.server.always(answer('Hello'));
      for (let index = 0; index < 5; index++) {
        await outcomeOf(client.ask());
        await client.server.requestClosed(index);
      }
      expect(client.server.connectionCount).toBeLessThan(5);
    });
  });

  describe('the request', () => {
    it('asks for a stream with counts, and for nothing that was not given', async () => {
      await client.outcomeWith(answer('Hello'));
      expect(client.server.requests[0]).toMatchObject({ method: 'POST', url: '/v1/chat/completions' });
      expect(client.server.requests[0]?.body).toEqual({
        model: 'test-model',
        messages: REQUEST.messages,
        stream: true,
        stream_options: { include_usage: true },
      });
      expect(client.server.requests[0]?.headers).toMatchObject({ 'content-type': 'application/json' });
      expect(client.server.requests[0]?.headers).not.toHaveProperty('authorization');
    });

    it('carries what was given', async () => {
      client.server.next(answer('Hello'));
      const request = { ...REQUEST, temperature: 0, maxTokens: 5 };
      const target = { apiKey: 'sk-test', baseUrl: `${client.server.baseUrl}?api-version=1` };
      await outcomeOf(client.ask({ request, target }));
      expect(client.server.requests[0]?.url).toBe('/v1/chat/completions?api-version=1');
      expect(client.server.requests[0]?.body).toMatchObject({ temperature: 0, max_tokens: 5 });
      expect(client.server.requests[0]?.headers.authorization).toBe('Bearer sk-test');
    });

    it('is not sent before somebody subscribes, and again for each who does', async () => {
      client.server.always(answer('Hello'));
      const completion$ = client.ask();
      expect(client.server.connectionCount).toBe(0);
      await Promise.all([outcomeOf(completion$), outcomeOf(completion$)]);
      expect(client.server.requests).toHaveLength(2);
    });
  });

  describe('the same answer in every legal form (F28, F29)', () => {
    const styles: [string, WireStyle][] = [
      ['CRLF', { lineEnd: '\r\n' }],
      ['CR', { lineEnd: '\r' }],
      ['comments', { comment: 'OPENROUTER PROCESSING' }],
      ['no space after data:', { isTight: true }],
      ['several data lines', { isMultiLine: true }],
      ['a byte order mark', { hasByteOrderMark: true }],
      ['unknown events', { foreignEvent: 'ping' }],
      ['pieces of 1 byte', { pieceBytes: 1 }],
      [
        'all of it',
        {
          lineEnd: '\r\n',
          comment: 'x',
          isTight: true,
          isMultiLine: true,
          hasByteOrderMark: true,
          foreignEvent: 'ping',
          pieceBytes: 3,
        },
      ],
    ];

    it.each(styles)('%s', async (_, style) => {
      const { text, finish } = await client.outcomeWith(answer(['Hi ', '👋🏽', ' 你', '好\n'], { style }));
      expect(text).toBe('Hi 👋🏽 你好\n');
      expect(finish?.usage).toEqual({ inputTokens: 11, outputTokens: 7 });
    });

    it('halves of a character in two deltas', async () => {
      const { text } = await client.outcomeWith(answer(['a\ud83d', '\udc4bb', '\0c', '\udc4b', '\ud83d']));
      expect(text).toBe('a👋bc\ufffd\ufffd');
    });
  });

  describe('unsubscribing', () => {
    function subscribe(events: unknown[]): Subscription {
      return client.ask().subscribe({
        next: (event) => events.push(event),
        error: (error: unknown) => events.push(error),
        complete: () => events.push('complete'),
      });
    }

    it('aborts the request before the head, and emits nothing more', async () => {
      const events: unknown[] = [];
      client.server.next(faults.silenceBeforeHeaders());
      const subscription = subscribe(events);
      await client.server.requestArrived(0);
      subscription.unsubscribe();
      expect((await client.server.requestClosed(0)).isAborted).toBe(true);
      expect(events).toEqual([]);
    });

    it('aborts the request between tokens', async () => {
      const held = hold(['Hello']);
      client.server.next(held);
      const events: unknown[] = [];
      await new Promise<void>((resolve) => {
        const subscription = client.ask().subscribe((event) => {
          events.push(event);
          subscription.unsubscribe();
          resolve();
        });
      });
      expect((await client.server.requestClosed(0)).isAborted).toBe(true);
      expect(events).toEqual([{ type: 'text.delta', text: 'Hello' }]);
    });

    it('sends nothing when it comes before the connection', async () => {
      client.server.always(answer('Hello'));
      const events: unknown[] = [];
      subscribe(events).unsubscribe();
      await outcomeOf(client.ask());
      expect(events).toEqual([]);
      expect(client.server.requests).toHaveLength(1);
    });
  });
});
