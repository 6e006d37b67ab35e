import { createValidationPipe } from '../common/http/validation.pipe.js';
import { FeedbackRequestDto } from './feedback.dto.js';
import { toFeedbackRequest } from './feedback.decoder.js';

const VALID = { chat_id: '8ab304d4-2bb8-4843-8b7f-4eff5a1d1f77', uid: 'user123' };

async function validate(body: unknown): Promise<FeedbackRequestDto> {
  return (await createValidationPipe().transform(body, {
    type: 'body',
    metatype: FeedbackRequestDto,
  })) as FeedbackRequestDto;
}

describe('the body of a feedback', () => {
  it.each([
    {},
    { stars: 1 },
    { stars: 5, reason: '材料错误', better_answer: '更好的回答' },
    { stars: null, reason: null, better_answer: null },
    { reason: '', better_answer: '' },
    { reason: 'x'.repeat(4_000), better_answer: 'x'.repeat(32_000), uid: 'x'.repeat(128) },
    { chat_id: VALID.chat_id.toUpperCase() },
    { chat_id: '11111111-1111-1111-1111-111111111111' },
    { unknown: { key: [] } },
  ])('may hold %j', async (fields) => {
    await expect(validate({ ...VALID, ...fields })).resolves.toBeInstanceOf(FeedbackRequestDto);
  });

  it.each([
    ['/chat_id', { chat_id: undefined }],
    ['/chat_id', { chat_id: null }],
    ['/chat_id', { chat_id: 5 }],
    ['/chat_id', { chat_id: [VALID.chat_id] }],
    ['/chat_id', { chat_id: 'not-a-uuid' }],
    ['/chat_id', { chat_id: `${VALID.chat_id}\n` }],
    ['/uid', { uid: undefined }],
    ['/uid', { uid: '' }],
    ['/uid', { uid: true }],
    ['/uid', { uid: 'x'.repeat(129) }],
    ['/uid', { uid: 'a\u0000' }],
    ['/uid', { uid: '\ud800' }],
    ['/stars', { stars: 0 }],
    ['/stars', { stars: 6 }],
    ['/stars', { stars: 4.5 }],
    ['/stars', { stars: '4.5' }],
    ['/stars', { stars: 'x' }],
    ['/stars', { stars: '' }],
    ['/stars', { stars: true }],
    ['/stars', { stars: [5] }],
    ['/reason', { reason: 5 }],
    ['/reason', { reason: 'x'.repeat(4_001) }],
    ['/reason', { reason: '\udc00' }],
    ['/better_answer', { better_answer: {} }],
    ['/better_answer', { better_answer: 'x'.repeat(32_001) }],
    ['/better_answer', { better_answer: 'a\u0000b' }],
  ])('is refused at %s, once, for %j', async (pointer, fields) => {
    await expect(validate({ ...VALID, ...fields })).rejects.toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer }],
    });
  });

  it('is read from texts and numbers, as the reference system reads it', async () => {
    const bare = VALID.chat_id.replaceAll('-', '');
    expect(await validate({ chat_id: bare.toUpperCase(), uid: 5, stars: ' 5 ' })).toEqual({
      chat_id: VALID.chat_id,
      uid: '5',
      stars: 5,
    });
  });

  it('is read into the words of the core', async () => {
    const body = await validate({ ...VALID, stars: 3, reason: 'why', better_answer: 'so' });
    expect(toFeedbackRequest('client', body)).toEqual({
      clientId: 'client',
      turnId: VALID.chat_id,
      uid: 'user123',
      stars: 3,
      reason: 'why',
      betterAnswer: 'so',
    });
  });
});
