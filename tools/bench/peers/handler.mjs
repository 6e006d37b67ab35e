/** What the handlers of the peers have in common: an Express app that answers one question, streamed or in one piece. */
import express from 'express';

const [, , modelPort, port] = process.argv;

export const baseURL = `http://127.0.0.1:${modelPort}/v1`;

/**
 * @param answerers `stream(question, response)` answers as its library does, `whole` answers `question` at once and returns
 *   the text
 */
export function listen({ stream, whole }) {
  const app = express();
  app.use(express.json());
  app.post('/', async (request, response) => {
    const { question, stream: isStreaming = true } = request.body;
    if (isStreaming) await stream(question, response);
    else response.json({ text: await whole(question) });
  });
  app.listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 });
}

/** Server-sent events of text that comes piece by piece. */
export async function sendFrames(response, texts) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for await (const text of texts) if (text) response.write(`data: ${JSON.stringify({ data: text })}\n\n`);
  response.end('data: [DONE]\n\n');
}
