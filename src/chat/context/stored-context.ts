import { hash } from 'node:crypto';
import type { SentContext } from '../domain/own-context.js';
import { withoutInlineData } from './inline-data.js';

/** Messages on their way into the database. */
export interface StoredContext {
  /** Ids of the entries: the messages in their order, then the list of tools. */
  readonly ids: readonly string[];
  readonly includesQuestion: boolean;
  /** Each entry once, by its id and in the order of ids: two turns that bring the same messages never wait for each other in a circle. */
  readonly entries: ReadonlyMap<string, string>;
}

/** What a request brought, as it is stored for the client. */
export function toStoredContext(
  clientId: string,
  { messages, includesQuestion, tools }: SentContext,
): StoredContext {
  const contents = messages.map((message) => JSON.stringify(withoutInlineData(message)));
  if (tools.length > 0) contents.push(JSON.stringify(tools));
  const ids = contents.map((content) => idOf(clientId, content));
  const pairs = contents.map((content, index): [string, string] => [ids[index]!, content]);
  const sorted = [...new Map(pairs)].sort(([left], [right]) => (left < right ? -1 : 1));
  return { ids, includesQuestion, entries: new Map(sorted) };
}

/** With the client's id in it: the texts of two clients never have the same id. */
function idOf(clientId: string, content: string): string {
  return hash('sha256', clientId + content, 'hex').slice(0, 32);
}
