import fc from 'fast-check';
import { AppError } from '../../../common/errors/app-error.js';
import type { TurnEvent } from '../../domain/turn-event.js';
import { conversationHeartbeat, encodeConversationEvent } from './encoder.js';

const messageId = '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11';
const stream = {
  messageId,
  conversationId: 'conv "1"',
  context: { path: '/chat', requestId: 'r1' },
  withIds: false,
  withReasoning: false,
};
const usage = { inputTokens: 1, outputTokens: 2 };

describe('encodeConversationEvent', () => {
  it.each<[TurnEvent, string]>([
    [
      { type: 'turn.started', seq: 1 },
      `{"text":"","message_id":"${messageId}","conversation_id":"conv \\"1\\""}`,
    ],
    [
      { type: 'text.delta', text: '机器\n"学习"', seq: 2 },
      `{"text":"机器\\n\\"学习\\"","message_id":"${messageId}"}`,
    ],
    [
      { type: 'turn.completed', finishReason: 'length', usage, seq: 3 },
      `{"text":"","message_id":"${messageId}","finish_reason":"length","usage":{"input_tokens":1,"output_tokens":2}}`,
    ],
    [
      { type: 'turn.cancelled', usage, seq: 3 },
      `{"text":"","message_id":"${messageId}","finish_reason":"cancelled","usage":{"input_tokens":1,"output_tokens":2}}`,
    ],
  ])('writes %j', (event, data) => {
    expect(encodeConversationEvent(stream, event)).toEqual([{ data }]);
  });

  it('tells a failure by code and msg, and as a problem', () => {
    const error = new AppError('model_failed', 'The model server broke off.');
    const [frame] = encodeConversationEvent(stream, { type: 'turn.failed', error, seq: 4 });
    expect(JSON.parse(frame!.data)).toEqual({
      text: '',
      message_id: messageId,
      code: 502,
      msg: 'The model server broke off.',
      error: {
        type: 'urn:llm-chat:problem:model_failed',
        title: 'The model server failed',
        status: 502,
        detail: 'The model server broke off.',
        instance: '/chat',
        code: 'model_failed',
        retryable: true,
        request_id: 'r1',
      },
    });
  });

  it('shows reasoning only where it is asked for', () => {
    const event: TurnEvent = { type: 'reasoning.delta', text: '想\n"一下"', seq: 2 };
    expect(encodeConversationEvent(stream, event)).toEqual([]);
    expect(encodeConversationEvent({ ...stream, withReasoning: true, withIds: true }, event)).toEqual([
      {
        id: `${messageId}:2`,
        data: `{"text":"","reasoning":"想\\n\\"一下\\"","message_id":"${messageId}"}`,
      },
    ]);
  });

  it('has no word for sources, commits and voids', () => {
    expect(encodeConversationEvent(stream, { type: 'sources.retrieved', sources: [], seq: 2 })).toEqual([]);
    expect(encodeConversationEvent(stream, { type: 'text.committed', seq: 2 })).toEqual([]);
    expect(encodeConversationEvent(stream, { type: 'text.voided', seq: 2 })).toEqual([]);
    const thinking = { ...stream, withReasoning: true };
    expect(encodeConversationEvent(thinking, { type: 'sides.voided', seq: 2 })).toEqual([]);
  });

  it('carries the id of the event where the route promises it', () => {
    const [frame] = encodeConversationEvent(
      { ...stream, withIds: true },
      { type: 'text.delta', text: 'a', seq: 7 },
    );
    expect(frame!.id).toBe(`${messageId}:7`);
  });

  it('gives every text back, and never a raw line break', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const [frame] = encodeConversationEvent(stream, { type: 'text.delta', text, seq: 2 });
        expect((JSON.parse(frame!.data) as { text: string }).text).toBe(text);
        expect(frame!.data).not.toMatch(/[\r\n]/);
        const thinking = { ...stream, withReasoning: true };
        const [thought] = encodeConversationEvent(thinking, { type: 'reasoning.delta', text, seq: 2 });
        expect(JSON.parse(thought!.data)).toEqual({ text: '', reasoning: text, message_id: messageId });
        expect(thought!.data).not.toMatch(/[\r\n]/);
      }),
    );
  });

  it('beats with an empty delta that is no event', () => {
    expect(conversationHeartbeat(messageId)).toEqual({ data: `{"text":"","message_id":"${messageId}"}` });
  });
});
