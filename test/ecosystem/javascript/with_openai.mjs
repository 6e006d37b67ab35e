// /// client
// name: openai (JavaScript)
// packages: [openai@7.55.0]
// settings: "`new OpenAI({ baseURL: '…/v1', apiKey: key })`"
// variants: [chat, responses]
// ///
import OpenAI from 'openai';
import { API_KEY, BASE_URL, IMAGE, MODEL, play, TOOL_RESULT, VARIANT } from './trial.mjs';

const client = new OpenAI({ baseURL: BASE_URL, apiKey: API_KEY });

const properties = { name: { type: 'string' }, age: { type: 'integer' } };
const PERSON = { type: 'object', properties, required: ['name', 'age'], additionalProperties: false };

const WEATHER = {
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

const chatCompletions = {
  async ask(content) {
    const answer = await client.chat.completions.create({
      model: MODEL,
      messages: [{ role: 'user', content }],
    });
    return answer.choices[0].message.content;
  },
  async *pieces(content) {
    const messages = [{ role: 'user', content }];
    const chunks = await client.chat.completions.create({ model: MODEL, messages, stream: true });
    for await (const { choices } of chunks) if (choices[0]?.delta.content) yield choices[0].delta.content;
  },
  async tools(content) {
    const run = { ...WEATHER, parse: JSON.parse, function: ({ city }) => city === 'Paris' && TOOL_RESULT };
    const runner = client.chat.completions.runTools({
      model: MODEL,
      messages: [{ role: 'user', content }],
      tools: [{ type: 'function', function: run }],
    });
    return runner.finalContent();
  },
  async structured(content) {
    const answer = await client.chat.completions.create({
      model: MODEL,
      messages: [{ role: 'user', content }],
      response_format: { type: 'json_schema', json_schema: { name: 'person', strict: true, schema: PERSON } },
    });
    return JSON.parse(answer.choices[0].message.content);
  },
  async image(text) {
    return this.ask([
      { type: 'text', text },
      { type: 'image_url', image_url: { url: IMAGE } },
    ]);
  },
};

const responses = {
  async ask(input) {
    return (await client.responses.create({ model: MODEL, input })).output_text;
  },
  async *pieces(input) {
    const events = await client.responses.create({ model: MODEL, input, stream: true });
    for await (const event of events) if (event.type === 'response.output_text.delta') yield event.delta;
  },
  async tools(input) {
    const tools = [{ type: 'function', strict: false, ...WEATHER }];
    const { id, output } = await client.responses.create({ model: MODEL, input, tools });
    const calls = output.filter(({ type }) => type === 'function_call');
    const second = await client.responses.create({
      model: MODEL,
      tools,
      previous_response_id: id,
      input: calls.map(({ call_id }) => ({ type: 'function_call_output', call_id, output: TOOL_RESULT })),
    });
    return second.output_text;
  },
  async structured(input) {
    const text = { format: { type: 'json_schema', name: 'person', strict: true, schema: PERSON } };
    return JSON.parse((await client.responses.create({ model: MODEL, input, text })).output_text);
  },
  async image(text) {
    const content = [
      { type: 'input_text', text },
      { type: 'input_image', detail: 'auto', image_url: IMAGE },
    ];
    return this.ask([{ role: 'user', content }]);
  },
};

const api = VARIANT === 'responses' ? responses : chatCompletions;

async function list(question) {
  const pieces = [];
  for await (const piece of api.pieces(question)) pieces.push(piece);
  return pieces;
}

await play({
  list: async () => (await client.models.list()).data.map(({ id }) => id),
  ask: (question) => api.ask(question),
  stream: list,
  stop: async (question) => {
    for await (const piece of api.pieces(question)) return piece;
    return '';
  },
  tools: (question) => api.tools(question),
  structured: (question) => api.structured(question),
  image: (question) => api.image(question),
  error: (question) => api.ask(question),
  cut: list,
});
