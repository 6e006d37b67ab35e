import { type Play, playing, type PlayRequest, type PlayStep } from '../../support/model/server-play.js';
import {
  deltaEvent,
  DONE,
  HELLO,
  ROLE,
  STOP,
  textEvent,
  USAGE,
} from '../../support/model/server-play.frames.js';
import {
  startServiceWithModel,
  type ServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';
import { ALL_WAYS, ask, type Way } from '../../support/service/ways-to-ask.js';

const THOUGHT = 'Let me think.';
const END = [STOP, DONE];

const thinking = (text: string) => deltaEvent({ reasoning_content: text });
const part = (content: object) => deltaEvent({ content: [content] });
const answered = (...steps: readonly PlayStep[]): Play => {
  return () => [ROLE, ...steps, ...HELLO, ...END];
};
/** Each letter is a delta. */
const letters = (text: string) => [...text].map(textEvent);

/** Each thinks `Let me think.` and answers `Hello world.` */
const THINKING: readonly [report: string, play: Play][] = [
  ['vLLM and DeepSeek: reasoning_content', answered(thinking('Let me'), thinking(' think.'))],
  [
    'DeepSeek: reasoning_content beside content that is null',
    answered(deltaEvent({ content: null, reasoning_content: THOUGHT })),
  ],
  [
    'Ollama, gpt-oss, OpenRouter: reasoning, in the frame with the role',
    () => [deltaEvent({ role: 'assistant', content: '', reasoning: THOUGHT }), ...HELLO, ...END],
  ],
  [
    'the last thought and the first text in one frame',
    () => [ROLE, deltaEvent({ reasoning: THOUGHT, content: 'Hello' }), ...HELLO.slice(1), ...END],
  ],
  [
    'OpenRouter and MiniMax: reasoning_details with text alone',
    answered(deltaEvent({ content: '', reasoning_details: [{ type: 'reasoning.text', text: THOUGHT }] })),
  ],
  [
    'OpenRouter: reasoning_details with a summary',
    answered(deltaEvent({ reasoning_details: [{ type: 'reasoning.summary', summary: THOUGHT }] })),
  ],
  [
    'OpenRouter: reasoning, and the same in reasoning_details',
    answered(
      deltaEvent({ reasoning: THOUGHT, reasoning_details: [{ type: 'reasoning.text', text: THOUGHT }] }),
    ),
  ],
  [
    'BerriAI/litellm#16272: parts of type thinking, with parts of their own',
    answered(
      part({ type: 'thinking', thinking: [{ type: 'text', text: 'Let me' }] }),
      part({ type: 'thinking', thinking: [{ type: 'text', text: ' think.' }] }),
    ),
  ],
  [
    'ggml-org/llama.cpp#15181: the markers of gpt-oss, without a header for the answer',
    answered(textEvent(`<|channel|>analysis<|message|>${THOUGHT}<|end|>`)),
  ],
  [
    'gpt-oss: its markers with a form, letter by letter, and one at the end',
    () => [
      ROLE,
      ...letters(`<|start|>assistant<|channel|>analysis<|message|>${THOUGHT}<|end|><|start|>assistant`),
      ...letters('<|channel|>final <|constrain|>json<|message|>'),
      ...HELLO,
      textEvent('<|return|>'),
      ...END,
    ],
  ],
  [
    'an empty block before the block',
    answered(textEvent('<think>\n\n</think>\n\n'), textEvent(`<think>${THOUGHT}</think>\n\n`)),
  ],
  [
    'reasoning_content, and the closing tag again in the text',
    answered(thinking(THOUGHT), textEvent('</think>\n\n')),
  ],
  ['reasoning_content, and line ends before the text', answered(thinking(THOUGHT), textEvent('\n\n'))],
  ['a thinking part with a string', answered(part({ type: 'thinking', thinking: THOUGHT }))],
  ['a part of type reasoning', answered(part({ type: 'reasoning', text: THOUGHT }))],
  [
    'a thinking part and a text part in one frame',
    () => [
      ROLE,
      deltaEvent({
        content: [
          { type: 'thinking', thinking: THOUGHT },
          { type: 'text', text: 'Hello' },
        ],
      }),
      ...HELLO.slice(1),
      ...END,
    ],
  ],
  [
    'deepseek-ai/DeepSeek-R1#352: tags in deltas of their own',
    answered(...['<think>', '\nLet me think.', '\n</think>', '\n\n'].map(textEvent)),
  ],
  ['tags letter by letter', answered(...letters('<think>\nLet me think.\n</think>\n\n'))],
  ['tags cut in the middle', answered(...['<th', 'ink>Let me th', 'ink.</thi', 'nk>\n'].map(textEvent))],
  ['tags behind white space', answered(...letters(' \n<think>Let me think.</think> '))],
  [
    'tags and the answer in one delta',
    () => [ROLE, textEvent('<think>\nLet me think.\n</think>\n\nHello world.'), ...END],
  ],
  ['a template of Qwen3 with CRLF', answered(textEvent('<think>\r\nLet me think.\r\n</think>\r\n\r\n'))],
  ['ByteDance Seed-OSS: its own tags', answered(textEvent('<seed:think>Let me think.</seed:think>'))],
  ['ggml-org/llama.cpp#16158: the tags of Magistral', answered(...letters('[THINK]Let me think.[/THINK]'))],
  [
    'keinsaasforever/better-chatbot#107: the tags of Kimi',
    answered(...letters('◁think▷Let me think.◁/think▷')),
  ],
  [
    'scouzi1966/maclocal-api#121: the channels of gpt-oss',
    answered(
      ...letters(
        '<|channel|>analysis<|message|>Let me think.<|end|><|start|>assistant<|channel|>final<|message|>',
      ),
    ),
  ],
  ['Gemma 4: its thought channel', answered(textEvent('<|channel>thought\nLet me think.<channel|>'))],
  [
    'a gateway that does not stream: reasoning_content',
    jsonAnswer({ content: 'Hello world.', reasoning_content: THOUGHT }),
  ],
  [
    'a gateway that does not stream: tags',
    jsonAnswer({ content: '<think>\nLet me think.\n</think>\n\nHello world.' }),
  ],
  [
    'a gateway that does not stream: parts',
    jsonAnswer({
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: THOUGHT }] },
        { type: 'text', text: 'Hello world.' },
      ],
    }),
  ],
];

/** Each answers `Hello world.`, and shows no thinking. */
const NOT_SHOWN: readonly [report: string, play: Play][] = [
  ['Qwen3 without thinking: an empty block', answered(textEvent('<think>\n\n</think>\n\n'))],
  ['an empty block letter by letter', answered(...letters('<think>\n\n</think>\n\n'))],
  ['reasoning that is empty or null', answered(deltaEvent({ reasoning: '', reasoning_content: null }))],
  [
    'OpenRouter: encrypted reasoning_details',
    answered(deltaEvent({ reasoning_details: [{ type: 'reasoning.encrypted', data: 'b64==' }] })),
  ],
  ['Anthropic: a redacted part', answered(part({ type: 'redacted_thinking', data: 'b64==' }))],
];

/** Tags that belong to the answer. */
const IN_THE_TEXT: readonly string[] = [
  'Write <think> and </think> around it.',
  'Hello.\n<think>hm</think>',
  '<thinking>is XML that a prompt may ask for</thinking>',
  '<thought>too</thought>',
  '<th>a header cell</th>',
  '<',
  '  indented',
  '[THIN',
];

function jsonAnswer(message: object): Play {
  const choices = [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop' }];
  return () => ({ status: 200, body: JSON.stringify({ object: 'chat.completion', choices }) });
}

const everyWay = <T extends unknown[]>(rows: readonly (readonly [string, ...T])[]): [string, Way, ...T][] =>
  rows.flatMap(([name, ...rest]) => ALL_WAYS.map((way): [string, Way, ...T] => [name, way, ...rest]));

/** Real: the service, its database, HTTP both ways. Stand-in: a model server that plays what was met in the field. */
describe('A model that thinks before it answers', () => {
  let running: ServiceWithModel;

  beforeAll(async () => {
    running = await startServiceWithModel();
  });
  afterAll(() => stopServiceWithModel(running));

  it.each(everyWay(THINKING))('%s: keeps its thinking out of the answer, by %s', async (_, way, play) => {
    running.model.always(playing(play));
    const told = await ask(running.service, way);
    expect(told).toMatchObject({ status: 200, text: 'Hello world.', finishReason: 'stop' });
    expect(told.receipt).toMatchObject({ status: 'completed', text: 'Hello world.', reasoning: THOUGHT });
    // The OpenAI API shows it in a member of its own.
    if (way === 'qa' || way === 'stream') expect(JSON.stringify(told.frames)).not.toContain('think');
  });

  it.each(everyWay(NOT_SHOWN))('%s: answers, by %s', async (_, way, play) => {
    running.model.always(playing(play));
    const told = await ask(running.service, way);
    expect(told).toMatchObject({ status: 200, text: 'Hello world.', finishReason: 'stop' });
    expect(told.receipt).toMatchObject({ status: 'completed', text: 'Hello world.' });
    expect(told.receipt).not.toHaveProperty('reasoning');
  });

  it.each(everyWay(IN_THE_TEXT.map((text): [string] => [text])))(
    'keeps %j as text, by %s',
    async (text, way) => {
      running.model.always(playing(() => [ROLE, ...letters(text), STOP, USAGE, DONE]));
      expect(await ask(running.service, way)).toMatchObject({ status: 200, text, finishReason: 'stop' });
    },
  );

  /** The kept text, where the request carries it: a wire that can void text begins again. */
  const keptIn = ({ json }: PlayRequest) => json.messages?.find(({ role }) => role === 'assistant')?.content;

  it.each(
    everyWay<[thought: string, rest: string]>([
      ['white space of a template', '<think>\nI was cut off.\n</think>\n\n', ' and the rest.'],
      ['no white space', '<think>I was cut off.</think>', ' and the rest.'],
      ['a line end', '<think>\nI was cut off.</think>\n', ' and the rest.'],
      ['nothing, for it does not think', '', ' and the rest.'],
      ['an empty block', '<think>\n\n</think>\n\n', ' and the rest.'],
      ['the tags of Seed-OSS', '<seed:think>hm</seed:think>', ' and the rest.'],
    ]),
  )('joins a continuation after %s, by %s', async (_, way, thought, rest) => {
    const play: Play = (request) => {
      if (request.nth === 1)
        return [
          ROLE,
          textEvent('<think>\nhm\n</think>\n\n'),
          textEvent('The first half,'),
          20,
          { destroy: true },
        ];
      const begins = keptIn(request) === undefined ? 'The first half,' : '';
      return [ROLE, ...letters(thought), textEvent(begins), ...letters(rest), ...END];
    };
    running.model.always(playing(play));
    const told = await ask(running.service, way);
    expect(told).toMatchObject({ status: 200, text: 'The first half, and the rest.' });
    expect(told.receipt).toMatchObject({ status: 'completed', text: told.text });
    expect(told.receipt?.attempts.map(({ outcome }) => outcome)).toEqual(['model_failed', 'answered']);
  });
});
