import type { z } from 'zod';
import { answer } from '../model/model-server.answers.js';
import type { ModelServer } from '../model/model-server.js';
import type { TestService } from '../service/service.js';
import { readFrames } from '../service/sse.js';
import { UID } from '../service/ways-to-ask.js';
import { readRows } from '../text/training-formats.js';

export const user = (content: string) => ({ role: 'user', content });
export const assistant = (content: string) => ({ role: 'assistant', content });

/** A client of the service that asks, rates the answers, and reads its exports. */
export class RatingClient {
  constructor(
    private readonly service: TestService,
    private readonly model: ModelServer,
    readonly key: string,
  ) {}

  /** Asks as variant A, and the model answers with `text`. @returns the id of the turn */
  async ask(query: string, text: string, body: object = {}): Promise<string> {
    this.model.next(answer(text));
    const response = await this.service.post('/chat', { query, ...body }, { key: this.key });
    return ((await response.json()) as { message_id: string }).message_id;
  }

  /** The same as variant B. */
  async askB(question: string, text: string, body: object = {}): Promise<string> {
    this.model.next(answer(text));
    const asked = { question, uid: UID, ...body };
    const frames = await readFrames(await this.service.post('/api/chat', asked, { key: this.key }));
    return frames[0]!.chat_id!;
  }

  async rate(chatId: string, body: object): Promise<void> {
    const feedback = { chat_id: chatId, uid: UID, ...body };
    const { status } = await this.service.post('/api/feedback', feedback, { key: this.key });
    expect([200, 201]).toContain(status);
  }

  /** The lines of an export. @param path behind `/api/exports/` */
  async read(path: string): Promise<string> {
    const response = await this.service.request('GET', `/api/exports/${path}`, { key: this.key });
    const type = response.headers.get('content-type');
    expect([response.status, type]).toEqual([200, 'application/x-ndjson']);
    return response.text();
  }

  async rows<Row>(schema: z.ZodType<Row>, path: string): Promise<Row[]> {
    return readRows(schema, await this.read(path));
  }

  /** What the model was really sent for its last question. */
  sent() {
    return this.model.requests.at(-1)!.body!.messages!;
  }
}
