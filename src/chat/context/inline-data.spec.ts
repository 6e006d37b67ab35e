import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { ModelMessage } from '../../llm/completion.js';
import { type DataReference, withoutInlineData } from './inline-data.js';
import { toStoredContext } from './stored-context.js';

const bytes = Buffer.from(Array.from({ length: 3_000 }, (_, index) => (index * 31) % 256));
const base64 = bytes.toString('base64');

const referenceTo = (
  kind: DataReference['kind'],
  media_type: string | null,
  data: Buffer | string = bytes,
) => ({
  kind,
  media_type,
  size: Buffer.byteLength(data),
  sha256: createHash('sha256').update(data).digest('hex'),
});
const png = referenceTo('image', 'image/png');
const pngUrl = `data:image/png;base64,${base64}`;
const stored = (...parts: unknown[]) => withoutInlineData({ role: 'user', content: parts }).content;

describe('The stored form of a message', () => {
  it.each([
    [
      'an image of OpenAI',
      { type: 'image_url', image_url: { url: pngUrl, detail: 'high' } },
      { type: 'image_url', image_url: { url: png, detail: 'high' } },
    ],
    ['an image as vLLM takes it', { image_url: pngUrl }, { image_url: png }],
    [
      'an image of the Responses API',
      { type: 'input_image', image_url: pngUrl },
      { type: 'input_image', image_url: png },
    ],
    [
      'an image of Anthropic',
      { type: 'image', source: { type: 'base64', media_type: 'image/webp', data: base64 } },
      {
        type: 'image',
        source: { type: 'base64', media_type: 'image/webp', data: referenceTo('image', 'image/webp') },
      },
    ],
    [
      'a sound',
      { type: 'input_audio', input_audio: { data: base64, format: 'wav' } },
      { type: 'input_audio', input_audio: { data: referenceTo('audio', 'audio/wav'), format: 'wav' } },
    ],
    [
      'a file',
      { type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${base64}` } },
      { type: 'file', file: { filename: 'a.pdf', file_data: referenceTo('file', 'application/pdf') } },
    ],
    [
      'a file of bare Base64',
      { type: 'file', file: { filename: 'a', file_data: base64 } },
      { type: 'file', file: { filename: 'a', file_data: referenceTo('file', null) } },
    ],
    [
      'a video',
      { type: 'video_url', video_url: { url: `data:video/mp4;base64,${base64}` } },
      { type: 'video_url', video_url: { url: referenceTo('video', 'video/mp4') } },
    ],
    [
      'embeddings of an image',
      { type: 'image_embeds', image_embeds: base64 },
      { type: 'image_embeds', image_embeds: referenceTo('image', null) },
    ],
    [
      'Base64 in lines, for a URL',
      { type: 'image', data: base64.replace(/.{76}/g, '$&\r\n').replaceAll('+', '-').replaceAll('/', '_') },
      { type: 'image', data: referenceTo('image', null) },
    ],
    [
      'a URL with parameters, in capitals, without Base64',
      { type: 'image_url', image_url: { url: 'DATA:image/svg+xml;charset=utf-8,<svg/>' } },
      { type: 'image_url', image_url: { url: referenceTo('image', 'image/svg+xml', '<svg/>') } },
    ],
    [
      'a URL without a type',
      { type: 'image_url', image_url: { url: 'data:,x' } },
      { type: 'image_url', image_url: { url: referenceTo('image', null, 'x') } },
    ],
  ])('has a reference in place of %s', (_what, part, expected) => {
    const text = { type: 'text', text: 'What is this?' };
    expect(stored(text, part)).toEqual([text, expected]);
  });

  const escaped = base64.replaceAll('+', '%2B').replaceAll('/', '%2f').replaceAll('=', '%3D');
  it.each<[string, string, DataReference]>([
    ['with a space before it', ` ${pngUrl}`, png],
    ['with much white space around it', `${'\n \t'.repeat(2_000)}${pngUrl}\r\n`, png],
    ['with control characters before it', `\0\u001f${pngUrl}`, png],
    ['with a byte order mark before it', `\ufeff${pngUrl}`, png],
    [
      'with tabs and line ends in its head',
      `da\tta:\r\nimage/p\nng;ba\tse64\n,${base64.replace(/.{76}/g, '$&\n')}`,
      png,
    ],
    ['in capitals', `DATA:image/png;BASE64,${base64}`, png],
    ['of Base64 for URLs', pngUrl.replaceAll('+', '-').replaceAll('/', '_').replace('image_', 'image/'), png],
    ['of Base64 without a type', `data:;base64,${base64}`, referenceTo('image', null)],
    ['of escaped Base64', `data:image/png;base64,${escaped}`, png],
    ['of escaped text', 'data:text/plain,a%2Cb%zz%C3%A9é', referenceTo('file', 'text/plain', 'a,b%zzéé')],
    [
      'of text with a line end and a space after it',
      'data:text/plain,a\nb ',
      referenceTo('file', 'text/plain', 'ab'),
    ],
  ])('has one in place of a data URL %s', (_what, url, expected) => {
    expect(stored({ type: 'image_url', image_url: { url } })).toEqual([
      { type: 'image_url', image_url: { url: expected } },
    ]);
  });

  it('has one in place of data beside the content, and in the answer of a tool', () => {
    const answer = { role: 'assistant', content: null, audio: { id: 'a', data: base64, transcript: 'Hi' } };
    expect(withoutInlineData(answer)).toEqual({
      ...answer,
      audio: { id: 'a', data: referenceTo('audio', null), transcript: 'Hi' },
    });
    const images = { role: 'user', content: 'Look', images: [base64] };
    expect(withoutInlineData(images)).toEqual({ ...images, images: [referenceTo('image', null)] });
    const tool = {
      role: 'tool',
      tool_call_id: 'c',
      content: [{ type: 'image_url', image_url: { url: pngUrl } }],
    };
    expect(withoutInlineData(tool).content).toEqual([{ type: 'image_url', image_url: { url: png } }]);
  });

  it.each<[string, ModelMessage]>([
    ['texts, whatever they look like', { role: 'user', content: pngUrl }],
    ['texts of parts', { role: 'user', content: [{ type: 'text', text: base64 }, base64.slice(0, 100)] }],
    [
      'arguments of calls',
      {
        role: 'assistant',
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: base64 } }],
      } as ModelMessage,
    ],
    [
      'URLs, however long',
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: `https://images.test/${'a/'.repeat(2_000)}?sig=b` } },
        ],
      },
    ],
    [
      'encrypted reasoning, which its model wants to have back',
      {
        role: 'assistant',
        content: 'Hi',
        reasoning_details: [{ type: 'reasoning.encrypted', data: base64 }],
      } as ModelMessage,
    ],
    ['ids of files', { role: 'user', content: [{ type: 'file', file: { file_id: 'file-abc' } }] }],
  ])('has %s', (_what, message) => {
    expect(withoutInlineData(message)).toBe(message);
  });

  it('is what was sent, where no data is in it', () => {
    const value = fc.jsonValue({ maxDepth: 4 }).filter((json) => !/data:/i.test(JSON.stringify(json)));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), (members) => {
        const message = JSON.parse(JSON.stringify({ role: 'user', ...members })) as ModelMessage;
        expect(JSON.stringify(withoutInlineData(message))).toBe(JSON.stringify(message));
      }),
    );
  });

  it('is small for megabytes, and no message is changed for it', () => {
    const url = `data:image/png;base64,${Buffer.alloc(3 * 2 ** 20, 7).toString('base64')}`;
    const message = { role: 'user', content: [{ type: 'image_url', image_url: { url } }] };
    const { entries } = toStoredContext('c', { messages: [message], includesQuestion: true, tools: [] });
    expect([...entries.values()].join('').length).toBeLessThan(300);
    expect(message.content[0]!.image_url.url).toBe(url);
  });

  it('costs no more time for megabytes of white space than for others', () => {
    const url = `data:text/plain,a${' '.repeat(4 * 2 ** 20)}b`;
    const from = performance.now();
    stored({ type: 'image_url', image_url: { url } }, { image_url: ' '.repeat(4 * 2 ** 20) + url });
    expect(performance.now() - from).toBeLessThan(2_000);
  });
});
