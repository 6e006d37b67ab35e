import { createValidationPipe } from '../../../common/http/validation.pipe.js';
import type { AppError } from '../../../common/errors/app-error.js';
import type { TurnRequest } from '../../domain/turn-request.js';
import { ChatCompletionRequestDto } from './request.dto.js';
import { decodeCompletionRequest } from './decoder.js';
import { OPENAI_TRAITS } from './traits.js';

const pipe = createValidationPipe();

async function decode(body: object): Promise<TurnRequest> {
  const metadata = { type: 'body', metatype: ChatCompletionRequestDto } as const;
  return decodeCompletionRequest((await pipe.transform(body, metadata)) as ChatCompletionRequestDto);
}

const pointersOf = (body: object) =>
  decode(body).then(
    () => [],
    (error: AppError) => error.errors?.map(({ pointer }) => pointer),
  );

const ASKED = { role: 'user', content: 'q' };

describe('What a caller of the OpenAI API means', () => {
  it('is a question alone, without a template, when it says no more', async () => {
    expect(await decode({ messages: [ASKED] })).toEqual({
      wire: OPENAI_TRAITS,
      promptPointer: '/metadata/prompt_name',
      question: 'q',
      history: { from: 'conversation', rounds: 10 },
      prompt: { kind: 'verbatim', text: '' },
      retrieval: 'when-used',
    });
  });

  it('takes the first system messages for instructions, what follows for history', async () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'developer',
        content: [
          { type: 'text', text: 'Be ' },
          { type: 'text', text: '{{kind}}.' },
        ],
      },
      { role: 'user', content: 'first' },
      { role: 'assistant', content: 'answer' },
      { role: 'developer', content: 'now in Chinese' },
      ASKED,
    ];
    const { prompt, history } = await decode({ messages });
    expect(prompt).toEqual({ kind: 'verbatim', text: 'Be brief.\n\nBe {{kind}}.' });
    expect(history).toEqual({
      from: 'request',
      messages: [
        { role: 'user', content: 'first' },
        { role: 'assistant', content: 'answer' },
        { role: 'system', content: 'now in Chinese' },
      ],
    });
  });

  it('belongs to the conversation that it names, and is named after its question', async () => {
    const metadata = { conversation_id: 'c', other: 'x' };
    const { conversation, endUser } = await decode({ messages: [ASKED], metadata, user: 'alice' });
    expect(conversation).toEqual({ externalId: 'c', name: 'q' });
    expect(endUser).toBe('alice');
  });

  it('may name a template in place of system messages, not beside them', async () => {
    const metadata = { prompt_name: 'translate' };
    const { prompt } = await decode({ messages: [ASKED], metadata });
    expect(prompt).toEqual({ kind: 'template', name: 'translate' });
    const system = { role: 'system', content: 's' };
    expect(await pointersOf({ messages: [system, ASKED], metadata })).toEqual(['/metadata']);
  });

  it('sets what the model server knows, and no more', async () => {
    const given = {
      top_p: 0.5,
      stop: ['x'],
      seed: 7,
      presence_penalty: 1,
      logit_bias: { 1: 2 },
      chat_template_kwargs: { enable_thinking: false },
      response_format: { type: 'text' },
    };
    const body = { messages: [ASKED], ...given, frequency_penalty: null, foo: 'bar' };
    const { parameters, maxTokens, temperature } = await decode({
      ...body,
      max_tokens: 5,
      max_completion_tokens: 6,
      temperature: 0,
    });
    expect(parameters).toEqual(given);
    expect({ maxTokens, temperature }).toEqual({ maxTokens: 6, temperature: 0 });
  });

  it('takes what client libraries send for nothing', async () => {
    const nothing = {
      tools: [],
      functions: null,
      logprobs: false,
      n: 1,
      audio: null,
      model: null,
      stop: null,
    };
    expect(await pointersOf({ messages: [ASKED], ...nothing })).toEqual([]);
  });

  it.each([
    [{ messages: [] }, '/messages'],
    [{ messages: 'q' }, '/messages'],
    [{ messages: [null] }, '/messages'],
    [{ messages: [{ role: 'tool', content: 'x' }, ASKED] }, '/messages'],
    [{ messages: [ASKED, { role: 'assistant', content: 'x' }] }, '/messages'],
    [{ messages: [{ role: 'user', content: '' }] }, '/messages'],
    [{ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] }, '/messages'],
    [{ messages: [{ role: 'user', content: [null] }] }, '/messages'],
    [{ messages: [{ role: 'user', content: 'a\u0000' }] }, '/messages'],
    [{ messages: [{ role: 'user', content: [{ type: 'text', text: '\ud800' }] }] }, '/messages'],
    [{ messages: [{ role: 'user', content: 'x'.repeat(100_001) }] }, '/messages'],
    [{ messages: [ASKED], tools: [{ type: 'function' }] }, '/tools'],
    [{ messages: [ASKED], logprobs: true }, '/logprobs'],
    [{ messages: [ASKED], n: 2 }, '/n'],
    [{ messages: [ASKED], stop: [1] }, '/stop'],
    [{ messages: [ASKED], stop: '' }, '/stop'],
    [{ messages: [ASKED], temperature: 2.1 }, '/temperature'],
    [{ messages: [ASKED], top_p: -1 }, '/top_p'],
    [{ messages: [ASKED], max_tokens: 0 }, '/max_tokens'],
    [{ messages: [ASKED], seed: 1.5 }, '/seed'],
    [{ messages: [ASKED], response_format: 'json' }, '/response_format'],
    [{ messages: [ASKED], metadata: { conversation_id: 1 } }, '/metadata'],
    [{ messages: [ASKED], metadata: [] }, '/metadata'],
    [{ messages: [ASKED], user: 'x'.repeat(129) }, '/user'],
    [{ messages: [ASKED], stream_options: { include_usage: 'yes' } }, '/stream_options'],
    [{ messages: [ASKED], stream: 'yes' }, '/stream'],
  ])('is refused with the member at fault (%#)', async (body, pointer) => {
    expect(await pointersOf(body)).toEqual([pointer]);
  });
});
