// /// client
// name: Mastra
// packages: ['@mastra/core@1.71.0', zod@4.6.7]
// settings: "`new Agent({ …, model: { id: 'chat/test-model', url: '…/v1', apiKey: key } })`"
// without:
//   list: { en: it does not list models, zh: 不列出模型 }
// ///
import { Agent } from '@mastra/core/agent';
import { createTool } from '@mastra/core/tools';
import { z } from 'zod';
import { allOf, firstOf, API_KEY, BASE_URL, IMAGE, MODEL, play, TOOL_RESULT } from './trial.mjs';

const WEATHER = createTool({
  id: 'get_weather',
  description: 'The weather of a city',
  inputSchema: z.object({ city: z.string() }),
  execute: () => Promise.resolve(TOOL_RESULT),
});

const agentWith = (more) =>
  new Agent({
    id: 'assistant',
    name: 'assistant',
    instructions: 'You are an assistant.',
    model: { id: `chat/${MODEL}`, url: BASE_URL, apiKey: API_KEY },
    ...more,
  });

const agent = agentWith({});
const ask = async (messages) => (await agent.generate(messages)).text;

async function* pieces(question, abortSignal) {
  const output = await agent.stream(question, { abortSignal });
  for await (const chunk of output.fullStream) {
    if (chunk.type === 'error') throw chunk.payload.error;
    if (chunk.type === 'text-delta') yield chunk.payload.text;
  }
}

await play({
  ask,
  stream: (question) => allOf(pieces(question)),
  stop: (question) => firstOf((signal) => pieces(question, signal)),
  tools: async (question) => (await agentWith({ tools: { get_weather: WEATHER } }).generate(question)).text,
  structured: async (question) => {
    const schema = z.object({ name: z.string(), age: z.number().int() });
    return (await agent.generate(question, { structuredOutput: { schema } })).object;
  },
  image: (text) => {
    const content = [
      { type: 'text', text },
      { type: 'image', image: IMAGE, mimeType: 'image/png' },
    ];
    return ask([{ role: 'user', content }]);
  },
  error: ask,
  cut: (question) => allOf(pieces(question)),
});
