// /// client
// name: "AI SDK, @ai-sdk/open-responses"
// packages: ['@ai-sdk/open-responses@2.0.36', ai@7.0.173, zod@4.6.7]
// settings: "`createOpenResponses({ name: 'chat', url: '…/v1/responses', apiKey: key })('test-model')`"
// without:
//   list: { en: it does not list models, zh: 不列出模型 }
// ///
import { createOpenResponses } from '@ai-sdk/open-responses';
import { playAiSdk } from './ai-sdk.mjs';
import { API_KEY, BASE_URL, MODEL } from './trial.mjs';

const provider = createOpenResponses({ name: 'chat', url: `${BASE_URL}/responses`, apiKey: API_KEY });

await playAiSdk(provider(MODEL));
