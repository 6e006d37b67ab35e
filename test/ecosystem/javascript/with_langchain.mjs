// /// client
// name: LangChain (JavaScript)
// packages: [langchain@1.5.14, '@langchain/openai@1.6.0', '@langchain/core@1.4.0', zod@4.6.7]
// variants: [chat, responses]
// settings: "`new ChatOpenAI({ model: 'test-model', apiKey: key, configuration: { baseURL: '…/v1' } })`; `useResponsesApi: true` for `/v1/responses`"
// without:
//   list: { en: it does not list models, zh: 不列出模型 }
// ///
import { ChatOpenAI } from '@langchain/openai';
import { createAgent, tool } from 'langchain';
import { z } from 'zod';
import { allOf, firstOf, API_KEY, BASE_URL, IMAGE, MODEL, play, TOOL_RESULT, VARIANT } from './trial.mjs';

const llm = new ChatOpenAI({
  model: MODEL,
  apiKey: API_KEY,
  configuration: { baseURL: BASE_URL },
  useResponsesApi: VARIANT === 'responses',
  maxRetries: 2,
});

const PERSON = z.object({ name: z.string(), age: z.number().int() });

const WEATHER = tool(() => TOOL_RESULT, {
  name: 'get_weather',
  description: 'The weather of a city',
  schema: z.object({ city: z.string() }),
});

const ask = async (input) => (await llm.invoke(input)).text;

async function* pieces(question, signal) {
  for await (const chunk of await llm.stream(question, { signal })) if (chunk.text) yield chunk.text;
}

await play({
  ask,
  stream: (question) => allOf(pieces(question)),
  stop: (question) => firstOf((signal) => pieces(question, signal)),
  tools: async (content) => {
    const agent = createAgent({ model: llm, tools: [WEATHER] });
    const { messages } = await agent.invoke({ messages: [{ role: 'user', content }] });
    return messages.at(-1).text;
  },
  structured: (question) => llm.withStructuredOutput(PERSON).invoke(question),
  image: (text) => {
    const content = [
      { type: 'text', text },
      { type: 'image_url', image_url: { url: IMAGE } },
    ];
    return ask([{ role: 'user', content }]);
  },
  error: ask,
  cut: (question) => allOf(pieces(question)),
});
