import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, streamText } from 'ai';
import { baseURL, listen } from './handler.mjs';

const model = createOpenAICompatible({ name: 'bench', baseURL }).chatModel('bench');

listen({
  stream: (prompt, response) => streamText({ model, prompt }).pipeUIMessageStreamToResponse(response),
  whole: async (prompt) => (await generateText({ model, prompt })).text,
});
