import { newId } from '../../../src/common/uuid.js';
import { UID } from '../service/ways-to-ask.js';
import type { BadValue } from './bad-values.js';

/** A body of each route that takes one. A route that is not here fails a test. */
export const GOOD_BODIES: Readonly<Record<string, object>> = {
  'POST /chat': { query: 'q' },
  'POST /chat/stream': { query: 'q' },
  'POST /api/chat': { question: 'q', uid: UID },
  'POST /api/feedback': { chat_id: newId(), uid: UID, stars: 5 },
  'PUT /api/prompts/{name}': { template: 't' },
  'PUT /api/prompts/{name}/labels/{label}': { version: 1 },
  'POST /api/prompts/{name}/render': { question: 'q' },
  'PATCH /api/conversations/{conversation_id}': { name: 'n' },
  'POST /v1/chat/completions': { messages: [{ role: 'user', content: 'q' }] },
  'POST /v1/chat/completions/stream': { messages: [{ role: 'user', content: 'q' }] },
  'POST /v1/embeddings': { input: ['q'] },
  'POST /v1/responses': { input: 'q' },
  'POST /v1/responses/stream': { input: 'q' },
  'POST /api/documents': { title: 't', source: 's', content: 'c' },
  'POST /api/knowledge/search': { query: 'q' },
};

/** The routes that take a body. */
export const ROUTES = Object.keys(GOOD_BODIES);

/** Those whose bodies are all numbers. */
export const WITHOUT_TEXTS = ['PUT /api/prompts/{name}/labels/{label}'];

/** The good body of a route with one field replaced, as text. */
export function bodyWith(route: string, { field, json }: BadValue): string {
  const { [field]: _, ...rest } = GOOD_BODIES[route] as Record<string, unknown>;
  const others = Object.entries(rest).map(([name, value]) => `"${name}":${JSON.stringify(value)}`);
  return `{${[...others, ...(json === 'undefined' ? [] : [`"${field}":${json}`])].join()}}`;
}
