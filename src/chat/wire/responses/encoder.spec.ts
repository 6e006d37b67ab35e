import fc from 'fast-check';
import { foldOutput, toFolded } from '../../../../test/support/responses/fold-events.js';
import type { ReceivedEvent, ReceivedResponse } from '../../../../test/support/responses/responses.js';
import { AppError } from '../../../common/errors/app-error.js';
import type { TurnEvent, TurnEventBody } from '../../domain/turn-event.js';
import { ResponseEncoder, type ResponseHead } from './encoder.js';

const HEAD: ResponseHead = {
  id: '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11',
  model: 'm',
  request: {
    tools: [
      { type: 'function', name: 'f' },
      { type: 'custom', name: 'c' },
      { type: 'namespace', name: 'n', tools: [{ type: 'function', name: 'g' }] },
    ],
  },
};

const USAGE = { inputTokens: 1, outputTokens: 2 };
const TEXT = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 });
const PIECE = fc.record({
  type: fc.constant('tool_call.delta' as const),
  index: fc.nat({ max: 3 }),
  arguments: fc.constantFrom('', '{"input"', ':"a"}', '{}'),
});
const DELTA: fc.Arbitrary<TurnEventBody> = fc.oneof(
  fc.record({ type: fc.constantFrom('text.delta' as const, 'reasoning.delta' as const), text: TEXT }),
  PIECE,
  fc.constant({ type: 'text.committed' as const }),
);
const END: fc.Arbitrary<TurnEventBody> = fc.constantFrom<TurnEventBody>(
  { type: 'turn.completed', finishReason: 'stop', usage: USAGE },
  { type: 'turn.completed', finishReason: 'tool_calls', usage: USAGE },
  { type: 'turn.completed', finishReason: 'length', usage: USAGE },
  { type: 'turn.completed', finishReason: 'content_filter', usage: USAGE },
  { type: 'turn.cancelled', usage: USAGE },
  { type: 'turn.failed', error: new AppError('model_failed', 'It failed.') },
);
const NAMES = ['f', 'c', 'n__g', 'unknown'];

/** The events of a turn: the first piece of a call has its id and name. */
const TURN: fc.Arbitrary<TurnEvent[]> = fc
  .tuple(fc.array(DELTA, { maxLength: 12 }), END)
  .map(([deltas, end]) => {
    const begun = new Set<number>();
    const bodies = deltas.map((body): TurnEventBody => {
      if (body.type !== 'tool_call.delta' || begun.has(body.index)) return body;
      begun.add(body.index);
      return { ...body, id: `call_${body.index}`, name: NAMES[body.index]! };
    });
    return [{ type: 'turn.started' as const }, ...bodies, end].map((body, index) => ({
      ...body,
      seq: index + 1,
    }));
  });

function encode(events: readonly TurnEvent[]) {
  const encoder = new ResponseEncoder(HEAD);
  const frames = events.flatMap((event) => encoder.encode(event));
  const data = frames.filter((frame) => frame.data !== '[DONE]');
  return {
    events: data.map((frame) => JSON.parse(frame.data) as ReceivedEvent),
    names: data.map(({ type }) => type),
    isDone: frames.at(-1)?.data === '[DONE]',
    response: JSON.parse(JSON.stringify(encoder.response)) as ReceivedResponse,
  };
}

describe('The stream of a response, whatever its turn', () => {
  it('ends with the response that the JSON answer is, to which its deltas add up', () => {
    fc.assert(
      fc.property(TURN, (turn) => {
        const { events, response, isDone, names } = encode(turn);
        expect(events.map(({ sequence_number }) => sequence_number)).toEqual([...events.keys()]);
        expect(names).toEqual(events.map(({ type }) => type));
        const end = events.at(-1)!;
        expect(end.response).toEqual(response);
        expect(end.type).toMatch(/^response\.(?:completed|incomplete|failed)$/);
        expect(isDone).toBe(end.type !== 'response.failed');
        expect(toFolded(response.output)).toEqual(foldOutput(events));
      }),
    );
  });

  it('adds each item once, ends each once, with what is in the response', () => {
    fc.assert(
      fc.property(TURN, (turn) => {
        const { events, response } = encode(turn);
        const of = (type: string) => events.filter((event) => event.type === type);
        const places = response.output.map((_, index) => index);
        expect(of('response.output_item.added').map(({ output_index }) => output_index)).toEqual(places);
        const done = of('response.output_item.done');
        const sorted = done.toSorted((left, right) => left.output_index! - right.output_index!);
        expect(sorted.map(({ item }) => item)).toEqual(response.output);
      }),
    );
  });

  it('is the same when deltas are joined, but for the number of deltas', () => {
    fc.assert(
      fc.property(TURN, (turn) => {
        const joined = turn.reduce<TurnEvent[]>((events, event) => {
          const last = events.at(-1);
          if (event.type === 'text.delta' && last?.type === 'text.delta')
            return [...events.slice(0, -1), { ...last, text: last.text + event.text }];
          return [...events, event];
        }, []);
        expect(encode(joined).response).toEqual(encode(turn).response);
      }),
    );
  });
});
