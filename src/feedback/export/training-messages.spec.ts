import type { TurnTranscript } from '../../chat/reading/turn-views.js';
import type { TrainingMessage } from './training-messages.js';
import { type RatedTranscript, toEvalCase, toPreferenceRow, toSftRow } from './export-rows.js';

const TOOLS = [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object' } } }];
const ASKED = [
  { role: 'developer', content: 'Be brief.' },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'Weather in ' },
      { type: 'text', text: 'Paris?' },
    ],
  },
];
const CALL = { id: 'call_1', name: 'get_weather', arguments: '{"city":"Paris"}' };
const SENT_CALL = {
  id: 'call_1',
  type: 'function',
  function: { name: CALL.name, arguments: CALL.arguments },
};
const ROUND = [
  ...ASKED,
  { role: 'assistant', content: null, tool_calls: [SENT_CALL] },
  { role: 'tool', tool_call_id: 'call_1', content: '18 °C' },
];

const CALLING: TurnTranscript = {
  id: '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11',
  variant: 'openai',
  question: 'Weather in Paris?',
  answer: '',
  toolCalls: [CALL],
  status: 'completed',
  finishReason: 'tool_calls',
  model: 'm',
  promptName: null,
  promptVersion: null,
  sources: [],
  history: [],
  prompt: ASKED,
  tools: TOOLS,
  parallelToolCalls: null,
};
/** The turn after it, which has the result of the call. */
const ANSWERING: TurnTranscript = {
  ...CALLING,
  answer: 'It is 18 °C.',
  toolCalls: [],
  finishReason: 'stop',
  prompt: ROUND,
};

const rated = (turn: TurnTranscript, betterAnswer: string | null = null): RatedTranscript => ({
  turn,
  feedback: { stars: 5, reason: null, betterAnswer, updatedAt: new Date(0) },
});
const OPENAI = { format: 'openai', prompt: 'rendered', goodStars: 4 } as const;
const TRL = { ...OPENAI, format: 'trl' } as const;

const SYSTEM = { role: 'system', content: 'Be brief.' };
const QUESTION = { role: 'user', content: 'Weather in Paris?' };
const OPENAI_CALL = { role: 'assistant', content: '', tool_calls: [SENT_CALL] };
const TRL_CALL = {
  role: 'assistant',
  content: '',
  tool_calls: [{ type: 'function', function: { name: 'get_weather', arguments: { city: 'Paris' } } }],
};

describe('Training data of answers with calls', () => {
  it("is in OpenAI's format: arguments as JSON, results by the id of their call, the tools beside", () => {
    expect(toSftRow(rated(CALLING), OPENAI)).toEqual({
      messages: [SYSTEM, QUESTION, OPENAI_CALL],
      tools: TOOLS,
    });
    expect(toSftRow(rated(ANSWERING), OPENAI)).toEqual({
      messages: [
        SYSTEM,
        QUESTION,
        { ...OPENAI_CALL, weight: 0 },
        { role: 'tool', tool_call_id: 'call_1', content: '18 °C' },
        { role: 'assistant', content: 'It is 18 °C.' },
      ],
      tools: TOOLS,
    });
  });

  it("is in TRL's format: arguments as objects, results by the name of their tool, a column of tools", () => {
    expect(toSftRow(rated(CALLING), TRL)).toEqual({
      prompt: [SYSTEM, QUESTION],
      completion: [TRL_CALL],
      tools: TOOLS,
    });
    expect(toSftRow(rated(ANSWERING), TRL)).toEqual({
      prompt: [SYSTEM, QUESTION, TRL_CALL, { role: 'tool', name: 'get_weather', content: '18 °C' }],
      completion: [{ role: 'assistant', content: 'It is 18 °C.' }],
      tools: TOOLS,
    });
  });

  it('keeps arguments that are no JSON object as the model wrote them', () => {
    const broken = { ...CALLING, toolCalls: [{ ...CALL, arguments: '{"city":' }] };
    const row = toSftRow(rated(broken), TRL) as { completion: readonly TrainingMessage[] };
    expect(row.completion[0]!.tool_calls![0]!.function.arguments).toBe('{"city":');
  });

  it("has no arguments as an empty object in TRL's format", () => {
    const bare = { ...CALLING, toolCalls: [{ ...CALL, arguments: '' }] };
    const row = toSftRow(rated(bare), TRL) as { completion: readonly TrainingMessage[] };
    expect(row.completion[0]!.tool_calls![0]!.function.arguments).toEqual({});
  });

  it.each([true, false])(
    "says in OpenAI's format whether several calls at once were allowed: %s",
    (parallel) => {
      const asked = rated({ ...CALLING, parallelToolCalls: parallel }, 'Ask at the station.');
      const said = { tools: TOOLS, parallel_tool_calls: parallel };
      expect(toSftRow(asked, OPENAI)).toMatchObject(said);
      expect(toPreferenceRow(asked, OPENAI)).toMatchObject({ input: said });
      for (const row of [toSftRow(asked, TRL), toPreferenceRow(asked, TRL)])
        expect(row).not.toHaveProperty('parallel_tool_calls');
      const none = rated({ ...CALLING, tools: [], parallelToolCalls: parallel });
      expect(toSftRow(none, OPENAI)).not.toHaveProperty('parallel_tool_calls');
    },
  );

  it('has the text of an answer beside its calls', () => {
    const both = toSftRow(rated({ ...CALLING, answer: 'I look.' }), OPENAI) as {
      messages: readonly TrainingMessage[];
    };
    expect(both.messages.at(-1)).toEqual({ ...OPENAI_CALL, content: 'I look.' });
  });

  it('has the results of calls also without the instructions', () => {
    const plain = toSftRow(rated(ANSWERING), { ...OPENAI, prompt: 'plain' }) as {
      messages: readonly TrainingMessage[];
    };
    expect(plain.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant']);
  });

  it('prefers a better answer to calls', () => {
    expect(toPreferenceRow(rated(CALLING, 'Ask at the station.'), OPENAI)).toEqual({
      input: { messages: [SYSTEM, QUESTION], tools: TOOLS },
      preferred_output: [{ role: 'assistant', content: 'Ask at the station.' }],
      non_preferred_output: [OPENAI_CALL],
    });
    expect(toPreferenceRow(rated(CALLING, 'Ask at the station.'), TRL)).toMatchObject({
      rejected: [TRL_CALL],
      tools: TOOLS,
    });
  });

  it('is no answer that broke off inside a call', () => {
    expect(toSftRow(rated({ ...CALLING, finishReason: 'length' }), OPENAI)).toBeNull();
    expect(toSftRow(rated({ ...CALLING, status: 'failed', finishReason: null }), OPENAI)).toBeNull();
  });

  it('is no case of an evaluation, which has a text to expect', () => {
    expect(toEvalCase(rated(CALLING), OPENAI)).toBeNull();
    expect(toEvalCase(rated(CALLING, 'Ask.'), OPENAI)).toMatchObject({ expected_answer: 'Ask.' });
    expect(toEvalCase(rated(ANSWERING), OPENAI)).toMatchObject({ expected_answer: 'It is 18 °C.' });
  });
});
