import OpenAI from 'openai';
import { baseURL, listen, sendFrames } from './handler.mjs';

const client = new OpenAI({ baseURL, apiKey: 'none' });
const ask = (content) => ({ model: 'bench', messages: [{ role: 'user', content }] });

async function* texts(question) {
  const chunks = await client.chat.completions.create({ ...ask(question), stream: true });
  for await (const chunk of chunks) yield chunk.choices[0]?.delta.content;
}

listen({
  stream: (question, response) => sendFrames(response, texts(question)),
  whole: async (question) => (await client.chat.completions.create(ask(question))).choices[0].message.content,
});
