// /// client
// name: "AI SDK, @ai-sdk/openai-compatible"
// packages: ['@ai-sdk/openai-compatible@3.0.92', ai@7.0.173, zod@4.6.7]
// settings: "`createOpenAICompatible({ name: 'chat', baseURL: '…/v1', apiKey: key, supportsStructuredOutputs: true })('test-model')`"
// without:
//   list: { en: it does not list models, zh: 不列出模型 }
// ///
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { playAiSdk } from './ai-sdk.mjs';
import { API_KEY, BASE_URL, MODEL } from './trial.mjs';

const provider = createOpenAICompatible({
  name: 'chat',
  baseURL: BASE_URL,
  apiKey: API_KEY,
  supportsStructuredOutputs: true,
});

await playAiSdk(provider(MODEL));
