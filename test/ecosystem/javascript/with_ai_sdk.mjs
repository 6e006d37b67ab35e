// /// client
// name: "AI SDK, @ai-sdk/openai"
// packages: ['@ai-sdk/openai@4.0.118', ai@7.0.173, zod@4.6.7]
// variants: [responses, chat]
// settings: "`createOpenAI({ baseURL: '…/v1', apiKey: key })('test-model')`; `.chat('test-model')` for `/v1/chat/completions`"
// without:
//   list: { en: it does not list models, zh: 不列出模型 }
// ///
import { createOpenAI } from '@ai-sdk/openai';
import { playAiSdk } from './ai-sdk.mjs';
import { API_KEY, BASE_URL, MODEL, VARIANT } from './trial.mjs';

const openai = createOpenAI({ baseURL: BASE_URL, apiKey: API_KEY });

await playAiSdk(VARIANT === 'chat' ? openai.chat(MODEL) : openai(MODEL));
