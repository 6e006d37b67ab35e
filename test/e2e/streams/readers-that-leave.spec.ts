import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pass } from 'node:timers/promises';
import { CHILD_KEY, type ChildService } from '../../support/programs/child-service.js';
import { ChildWithModel } from '../../support/programs/child-with-model.js';
import { answer, hold } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { type Frame, readFrames, readSse } from '../../support/service/sse.js';

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';
/** Long enough for each moment between a request and its first byte to be met. */
const TIMES = 60;

/** Real: the service as it is shipped, in a process of its own, and its database. Stand-in: the model. */
describe('A reader that leaves before the first byte of its stream', () => {
  let model: ModelServer;
  let stage: ChildWithModel;
  let child: ChildService;

  beforeAll(async () => {
    stage = await ChildWithModel.prepare();
    model = stage.model;
    child = await stage.start({ BREAK_MIN_CHARS: '20' });
  });
  afterAll(() => stage.stop());

  /** Asks for a stream, and closes the connection some milliseconds later, never the same number twice in a row. */
  async function leaveAtOnce(chatId: string, lastEventId?: string): Promise<void> {
    const { hostname, port } = new URL(child.url);
    for (let time = 0; time < TIMES; time++) {
      const socket = connect(Number(port), hostname);
      const last = lastEventId === undefined ? '' : `Last-Event-ID: ${lastEventId}\r\n`;
      socket.on('error', () => undefined);
      socket.write(
        `GET /api/chat/${chatId}/stream HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${CHILD_KEY}\r\n${last}\r\n`,
      );
      await pass(time % 13);
      const closed = once(socket, 'close');
      socket.destroy();
      await closed;
    }
  }

  it('ends no process, of an answer that ended in many messages', async () => {
    const paragraphs = Array.from({ length: 30 }, (_, number) => `This is paragraph number ${number}.\n\n`);
    model.next(answer(paragraphs));
    const frames = await readFrames(await child.post('/api/chat', { question: 'q', uid: UID }));
    expect(frames.filter(({ action }) => action === 'BREAK').length).toBeGreaterThan(16);
    const chatId = frames.find(({ chat_id }) => chat_id !== undefined)!.chat_id!;
    await leaveAtOnce(chatId);
    expect((await child.request('GET', `/api/chat/${chatId}`)).status).toBe(200);
  });

  it('ends no process, of an answer that goes on and that it has read so far', async () => {
    const held = hold(['half ']);
    model.next(held);
    const stream = readSse(await child.post('/api/chat', { question: 'running', uid: UID }));
    const first = (await stream.next())!;
    const { chat_id: chatId } = JSON.parse(first.data) as Frame;
    await leaveAtOnce(chatId!, `${chatId}:99`);
    held.release();
    expect((await stream.rest()).at(-1)!.data).toBe('[DONE]');
  });
});
