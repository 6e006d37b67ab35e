import { ChatOpenAI } from '@langchain/openai';
import { baseURL, listen, sendFrames } from './handler.mjs';

const model = new ChatOpenAI({ model: 'bench', apiKey: 'none', configuration: { baseURL } });

async function* texts(question) {
  for await (const chunk of await model.stream(question)) yield chunk.content;
}

listen({
  stream: (question, response) => sendFrames(response, texts(question)),
  whole: async (question) => (await model.invoke(question)).content,
});
