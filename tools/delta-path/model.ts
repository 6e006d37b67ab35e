import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** Long enough that the service reads each delta on its own. */
const DELTA_MS = 4;

/** Prose with sentences, clauses, a list and paragraphs, as models write it. */
const PROSE = `A turn begins when a caller asks a question, and it ends with exactly one outcome. The service stores the \
question first; then it searches for passages, writes the prompt and asks the model.

There are two reasons for that order:

- a reader who comes back finds the turn, even after a crash
- feedback can never arrive before the row that it belongs to

The text of the answer is cut into messages of about 600 characters. A cut falls at the end of a paragraph, else at the end \
of a sentence, else, when the sentence is long, at the end of a line or clause. Nothing is cut inside of a **link**, a code span \
such as \`npm test\`, or a table.

`;

/** The deltas: a word each, with the white space before it. */
const DELTAS = PROSE.match(/\s*\S+|\s+$/g)!;

/** The text of an answer of so many deltas. */
export function textOf(deltas: number): string {
  return Array.from({ length: deltas }, (_, number) => DELTAS[number % DELTAS.length]).join('');
}

/** The question to which the model server answers with so many deltas. */
export const questionFor = (deltas: number): string => `Answer in ${deltas} deltas.`;

function frame(delta: object, finishReason: string | null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finishReason }];
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'delta-path' };
  return `data: ${JSON.stringify({ ...head, choices })}\n\n`;
}

async function answer(response: ServerResponse, deltas: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(frame({ role: 'assistant', content: '' }, null));
  for (let number = 0; number < deltas; number++) {
    await sleep(DELTA_MS);
    response.write(frame({ content: DELTAS[number % DELTAS.length] }, null));
  }
  response.end(`${frame({}, 'stop')}data: [DONE]\n\n`);
}

/** Starts a model server that speaks the OpenAI protocol over HTTP, one delta a socket write. */
export async function startModel(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => (body += text));
    request.on('end', () => {
      const deltas = Number([...body.matchAll(/Answer in (\d+) deltas/g)].at(-1)?.[1]);
      void answer(response, deltas);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}
