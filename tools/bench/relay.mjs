/**
 * The yardstick: the least that plain Node needs for a relay that parses the model's frames and encodes them again. No
 * framework, no checks, nothing stored, no failure handled.
 */
import { Buffer } from 'node:buffer';
import { Agent, createServer, request } from 'node:http';

const [, , modelPort, port = '0'] = process.argv;
const agent = new Agent({ keepAlive: true });

/** The frames of complete lines of the model's stream. */
function encode(lines) {
  let frames = '';
  for (const line of lines) {
    if (!line.startsWith('data: ')) continue;
    const data = line.slice(6);
    if (data === '[DONE]') frames += 'data: [DONE]\n\n';
    else {
      const content = JSON.parse(data).choices[0]?.delta.content;
      if (content) frames += `data: ${JSON.stringify({ data: content })}\n\n`;
    }
  }
  return frames;
}

function relayStream(answer, response) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let rest = '';
  answer.setEncoding('utf8');
  answer.on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    const frames = encode(lines);
    if (frames !== '') response.write(frames);
  });
  answer.on('end', () => response.end());
}

function relayWhole(answer, response) {
  let text = '';
  answer.setEncoding('utf8');
  answer.on('data', (part) => (text += part));
  answer.on('end', () => {
    const body = JSON.stringify({ text: JSON.parse(text).choices[0].message.content });
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
}

const server = createServer((incoming, response) => {
  let body = '';
  incoming.setEncoding('utf8');
  incoming.on('data', (text) => (body += text));
  incoming.on('end', () => {
    const { question, stream = true } = JSON.parse(body);
    const call = JSON.stringify({ model: 'bench', stream, messages: [{ role: 'user', content: question }] });
    const upstream = request({
      agent,
      host: '127.0.0.1',
      port: modelPort,
      path: '/v1/chat/completions',
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(call) },
    });
    upstream.on('response', (answer) => (stream ? relayStream : relayWhole)(answer, response));
    upstream.end(call);
  });
});
server.listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 });
