import fc from 'fast-check';
import { AppError } from '../../../common/errors/app-error.js';
import type { TurnEvent } from '../../domain/turn-event.js';
import { encodeQaEvent, QA_HEARTBEAT } from './encoder.js';

const chatId = '71746553-1652-4a22-833b-f45e798aa1d1';
const stream = { chatId, context: { path: '/api/chat', requestId: 'r1' }, withReasoning: false };
const usage = { inputTokens: 1, outputTokens: 2 };
const sources = [{ text: 'Send it.', metadata: { source: 'feedback.md', title: 'Feedback' } }];

describe('encodeQaEvent', () => {
  it.each<[TurnEvent, string[]]>([
    [{ type: 'turn.started', seq: 1 }, [`{"data":"","chat_id":"${chatId}"}`]],
    [
      { type: 'sources.retrieved', sources, seq: 2 },
      [
        `{"sourceDocs":[{"pageContent":"Send it.","metadata":{"source":"feedback.md","title":"Feedback"}}],` +
          `"chat_id":"${chatId}"}`,
      ],
    ],
    [{ type: 'sources.retrieved', sources: [], seq: 2 }, [`{"sourceDocs":[],"chat_id":"${chatId}"}`]],
    [{ type: 'text.delta', text: '学习\n', seq: 3 }, ['{"data":"学习\\n"}']],
    [{ type: 'text.voided', seq: 4 }, ['{"action":"RETRYING"}']],
    [{ type: 'text.committed', seq: 5 }, ['{"action":"BREAK"}']],
    [
      { type: 'turn.completed', finishReason: 'stop', usage, seq: 6 },
      ['{"data":"","finish_reason":"stop","usage":{"input_tokens":1,"output_tokens":2}}', '[DONE]'],
    ],
    [
      { type: 'turn.cancelled', usage, seq: 6 },
      ['{"data":"","finish_reason":"cancelled","usage":{"input_tokens":1,"output_tokens":2}}', '[DONE]'],
    ],
  ])('writes %j, each frame under the id of the event', (event, data) => {
    expect(encodeQaEvent(stream, event)).toEqual(
      data.map((text) => ({ id: `${chatId}:${event.seq}`, data: text })),
    );
  });

  it('shows reasoning, and that it is void, only where it is asked for', () => {
    const events: TurnEvent[] = [
      { type: 'reasoning.delta', text: '想\n', seq: 3 },
      { type: 'sides.voided', seq: 4 },
    ];
    expect(events.flatMap((event) => encodeQaEvent(stream, event))).toEqual([]);
    expect(events.flatMap((event) => encodeQaEvent({ ...stream, withReasoning: true }, event))).toEqual([
      { id: `${chatId}:3`, data: '{"data":"","reasoning":"想\\n"}' },
      { id: `${chatId}:4`, data: '{"action":"RETRYING"}' },
    ]);
  });

  it('ends with [DONE] after a failure too', () => {
    const error = new AppError('model_timeout', 'The model server was silent.');
    const [failure, done] = encodeQaEvent(stream, { type: 'turn.failed', error, seq: 3 });
    expect(JSON.parse(failure!.data)).toMatchObject({
      data: '',
      error: { status: 504, code: 'model_timeout', retryable: true, instance: '/api/chat', request_id: 'r1' },
    });
    expect(done).toEqual({ id: `${chatId}:3`, data: '[DONE]' });
  });

  it('gives every text back, and never a raw line break', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const [frame] = encodeQaEvent(stream, { type: 'text.delta', text, seq: 2 });
        expect((JSON.parse(frame!.data) as { data: string }).data).toBe(text);
        expect(frame!.data).not.toMatch(/[\r\n]/);
        const thinking = { ...stream, withReasoning: true };
        const [thought] = encodeQaEvent(thinking, { type: 'reasoning.delta', text, seq: 2 });
        expect(JSON.parse(thought!.data)).toEqual({ data: '', reasoning: text });
        expect(thought!.data).not.toMatch(/[\r\n]/);
      }),
    );
  });

  it('beats with an empty delta that is no event', () => {
    expect(QA_HEARTBEAT).toEqual({ data: '{"data":""}' });
  });
});
