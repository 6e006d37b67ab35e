import fc from 'fast-check';
import type { TurnEventBody } from '../../../../src/chat/domain/turn-event.js';
import {
  conversationHeartbeat,
  encodeConversationEvent,
} from '../../../../src/chat/wire/conversation/encoder.js';
import { encodeQaEvent, QA_HEARTBEAT } from '../../../../src/chat/wire/qa/encoder.js';
import { AppError } from '../../../../src/common/errors/app-error.js';
import { decodeFrame, type FrameContent } from './answer-frame.js';

const ID = '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11';
const context = { path: '/chat', requestId: 'r1' };
const usage = { inputTokens: 3, outputTokens: 4 };
const error = new AppError('model_failed', 'The model server failed.');
const sources = [{ text: 'A passage.', metadata: { source: 'a.md', score: 0.5 } }];

/** What the service's own encoder of each variant writes. */
const encodeQa = (event: TurnEventBody) =>
  encodeQaEvent({ chatId: ID, context, withReasoning: true }, { ...event, seq: 1 });
const encodeConversation = (event: TurnEventBody) =>
  encodeConversationEvent(
    { messageId: ID, conversationId: 'c1', context, withIds: true, withReasoning: true },
    {
      ...event,
      seq: 1,
    },
  );

const decodeAll = (frames: readonly { data: string }[]) =>
  frames.map(({ data }) => decodeFrame(data)).filter((content) => content !== null);

const ended = (finishReason: 'stop' | 'cancelled'): FrameContent => ({
  type: 'ended',
  finishReason,
  usage: { input_tokens: 3, output_tokens: 4 },
});
const problem = expect.objectContaining({ status: 502, code: 'model_failed', retryable: true }) as never;

/** Real: the encoders of the service. */
describe('decodeFrame', () => {
  it.each<[string, TurnEventBody, FrameContent[], FrameContent[]]>([
    [
      'the start',
      { type: 'turn.started' },
      [{ type: 'started', chatId: ID, conversationId: 'c1' }],
      [{ type: 'started', chatId: ID }],
    ],
    [
      'the sources',
      { type: 'sources.retrieved', sources },
      [],
      [
        {
          type: 'sources',
          sources: [{ pageContent: 'A passage.', metadata: { source: 'a.md', score: 0.5 } }],
        },
      ],
    ],
    [
      'reasoning',
      { type: 'reasoning.delta', text: 'Hm.' },
      [{ type: 'reasoning', reasoning: 'Hm.' }],
      [{ type: 'reasoning', reasoning: 'Hm.' }],
    ],
    ['RETRYING', { type: 'text.voided' }, [], [{ type: 'retrying' }]],
    ['BREAK', { type: 'text.committed' }, [], [{ type: 'break' }]],
    [
      'the end, and [DONE]',
      { type: 'turn.completed', finishReason: 'stop', usage },
      [ended('stop')],
      [ended('stop')],
    ],
    ['a stop', { type: 'turn.cancelled', usage }, [ended('cancelled')], [ended('cancelled')]],
    [
      'a failure',
      { type: 'turn.failed', error },
      [{ type: 'failed', problem }],
      [{ type: 'failed', problem }],
    ],
    [
      'a failure after a process had died',
      { type: 'turn.failed', error, storedChars: 5 },
      [{ type: 'failed', problem, storedChars: 5 }],
      [{ type: 'failed', problem }],
    ],
  ])('reads %s', (_name, event, ofConversation, ofQa) => {
    expect(decodeAll(encodeConversation(event))).toEqual(ofConversation);
    expect(decodeAll(encodeQa(event))).toEqual(ofQa);
  });

  it('reads any text and any reasoning', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        for (const encode of [encodeConversation, encodeQa])
          expect(decodeAll(encode({ type: 'text.delta', text }))).toEqual([{ type: 'text', text }]);
        const reasoning = text;
        for (const encode of [encodeConversation, encodeQa])
          expect(decodeAll(encode({ type: 'reasoning.delta', text }))).toEqual([
            { type: 'reasoning', reasoning },
          ]);
      }),
    );
  });

  it('reads nothing in heartbeats, and in what it does not know', () => {
    const unknown = ['{"action":"SOMETHING"}', '{"thought":"…"}', '{}', '[]', '[DONE]'];
    const frames = [QA_HEARTBEAT, conversationHeartbeat(ID), ...unknown.map((data) => ({ data }))];
    expect(decodeAll(frames)).toEqual([]);
  });

  it.each(['', '{"data":"ha', 'null', '7', '"text"'])('refuses what is no JSON object: %j', (data) => {
    expect(() => decodeFrame(data)).toThrow(SyntaxError);
  });
});
