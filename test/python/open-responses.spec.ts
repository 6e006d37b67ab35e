import { answer, answerOf } from '../support/model/model-server.answers.js';
import { delta, think } from '../support/model/model-server.steps.js';
import { getResponse } from '../support/responses/responses.js';
import { calling } from '../support/responses/tool-calls.js';
import { startServiceWithModel, stopServiceWithModel } from '../support/service/service-with-model.js';
import { runPython } from './python.js';

interface Checked {
  readonly name: string;
  readonly status: number;
  readonly faults: readonly string[];
  readonly types: readonly string[];
}

const TOOL = { type: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} } };
const PNG = 'data:image/png;base64,iVBORw0KGgo=';
const user = (content: unknown) => ({ type: 'message', role: 'user', content });

const BODIES: Readonly<Record<string, object>> = {
  text: { input: [user('Say hello.')] },
  reasoning: { input: 'think', reasoning: { effort: 'low', summary: 'auto' } },
  'a system message': { input: [{ ...user('Be brief.'), role: 'system' }, user('q')] },
  'a dialogue': { input: [user('I am Alice.'), { ...user('Hello.'), role: 'assistant' }, user('Who am I?')] },
  'an image': {
    input: [
      user([
        { type: 'input_text', text: 'q' },
        { type: 'input_image', image_url: PNG },
      ]),
    ],
  },
  'a file': {
    input: [
      user([{ type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' }]),
    ],
  },
  'a tool': { input: 'call', tools: [TOOL], tool_choice: { type: 'function', name: 'get_weather' } },
  'the output of a tool': {
    input: [
      user('q'),
      { type: 'function_call', call_id: 'c', name: 'get_weather', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: 'warm' },
    ],
  },
  'a schema': {
    input: 'q',
    text: {
      format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true },
      verbosity: 'low',
    },
  },
  everything: {
    input: 'q',
    instructions: 'i',
    temperature: 0.5,
    top_p: 0.5,
    presence_penalty: 0.1,
    frequency_penalty: 0.1,
    max_output_tokens: 100,
    max_tool_calls: 3,
    parallel_tool_calls: false,
    metadata: { a: 'b' },
    service_tier: 'auto',
    safety_identifier: 's',
    prompt_cache_key: 'k',
    truncation: 'auto',
    store: false,
    conversation: 'conv-python',
    tools: [TOOL],
    tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'get_weather' }] },
  },
  'an answer that is too long': { input: 'length', max_output_tokens: 16 },
};

/** Real: the complete service, its database, HTTP, and the models of the specification as they come from PyPI. */
describe('The models of the Open Responses specification', () => {
  it('validate every answer, every event, and what is read again', async () => {
    const { model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0' });
    model.always((exchange) => {
      const asked = JSON.stringify(exchange.request.body?.messages?.at(-1));
      if (asked.includes('think')) return answerOf(think('Hm.'), delta('ok'))(exchange);
      if (asked.includes('length')) return answer('ok', { finishReason: 'length' })(exchange);
      const calls = [{ name: 'get_weather', pieces: ['{"city":', '"Paris"}'] }];
      return (asked.includes('call"') ? calling(calls) : answer(['o', 'k']))(exchange);
    });
    const stored = await getResponse(service, { input: 'q' });
    const url = `${service.url}/v1/responses`;
    const cases = [
      ...Object.entries(BODIES).flatMap(([name, body]) => [
        { name, url, body },
        { name: `${name}, as a stream`, url, body: { ...body, stream: true } },
      ]),
      { name: 'read again', url: `${url}/${stored.id}` },
      { name: 'gone on from', url, body: { input: 'q', previous_response_id: stored.id } },
    ];
    const checked = await runPython<Checked>('open_responses.py', {
      input: cases.map((one) => ({ ...one, key: service.key })),
    });
    expect(checked.map(({ name, status, faults }) => ({ name, status, faults }))).toEqual(
      cases.map(({ name }) => ({ name, status: 200, faults: [] })),
    );
    const seen = new Set(checked.flatMap(({ types }) => types));
    expect(seen.size).toBeGreaterThan(15);
    await stopServiceWithModel({ model, service });
  });
});
