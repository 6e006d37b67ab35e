import { createHash } from 'node:crypto';
import { hashRequest, isRepetition, type SamePrompts } from '../../../admission/request-hash.js';
import { decodeCompletionRequest } from '../decoder.js';
import type { ChatCompletionRequestDto } from '../request.dto.js';

const prompts: SamePrompts = { canonicalName: (name) => name, keptNames: (name) => [name] };
const decode = (body: object) => decodeCompletionRequest(body as ChatCompletionRequestDto);
const repeats = (body: object, requestHash: Buffer) =>
  isRepetition(decode(body), { requestHash, model: 'm', promptName: null }, prompts);

const DIALOGUE = {
  model: 'm',
  messages: [
    { role: 'developer', content: 'Be brief.' },
    { role: 'system', content: 'In French.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Hi' },
        { type: 'text', text: '!' },
      ],
    },
    { role: 'assistant', content: 'Salut.' },
    { role: 'developer', content: 'Now in German.' },
    { role: 'user', content: 'How are you?' },
  ],
  temperature: 0.5,
  max_tokens: 9,
  top_k: 3,
  user: 'u',
  metadata: { conversation_id: 'c' },
};
const QUESTION = { messages: [{ role: 'user', content: 'q' }] };

describe('A request that is repeated after an upgrade', () => {
  // As release 1.0.0 hashed these bodies.
  it.each([
    [DIALOGUE, '48df1fb4698d28be8f8a933f8183b7843f1132a100626376f6dff90fc245671f'],
    [QUESTION, 'cb1387bc700d7a3c86a9cfc8258185474af66eb889c9b8468a43436a1754684b'],
  ])('is known by the hash that release 1.0.0 made: %#', (body, hash) => {
    expect(repeats(body, Buffer.from(hash, 'hex'))).toBe(true);
  });

  it('is another request where a message differs', () => {
    const other = { messages: [{ role: 'user', content: 'p' }] };
    const hash = Buffer.from('cb1387bc700d7a3c86a9cfc8258185474af66eb889c9b8468a43436a1754684b', 'hex');
    expect(repeats(other, hash)).toBe(false);
    expect(repeats(QUESTION, createHash('sha256').update('').digest())).toBe(false);
  });
});

describe('The hash of a request with messages', () => {
  // Turns and keys of the release before are recognized by it.
  it.each([
    [DIALOGUE, 'af56956218f70835f46dbbd4db04d1cf91609ed3d6fbf5f76ccbec2fd5ec2c01'],
    [QUESTION, '3fc3158ebfe8d7270ba4d3eecd65158fb5da326768af67ca1da94f4f81990615'],
  ])('stays the same from release to release: %#', (body, hash) => {
    expect(hashRequest(decode(body), { prompts }).toString('hex')).toBe(hash);
  });
});
