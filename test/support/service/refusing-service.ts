import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { KeptConnection, type KeptResponse } from '../callers/kept-connection.js';
import { vectorsBeside } from '../model/embedding-answers.js';
import { answer } from '../model/model-server.answers.js';
import { ModelServer } from '../model/model-server.js';
import { type BadRequest, describeFault } from '../requests/bad-requests.js';
import { GOOD_BODIES } from '../requests/good-bodies.js';
import { startService, type TestService } from './service.js';

export const JSON_TYPE = { 'content-type': 'application/json' };

const TABLES = [
  'conversation',
  'document',
  'feedback',
  'feedback_revision',
  'passage',
  'prompt_label',
  'prompt_template',
  'turn',
];

/** A service that gets bad requests on one connection, and must keep the connection and store nothing. */
export class RefusingService {
  private readonly connection: KeptConnection;
  private readonly headers: Readonly<Record<string, string>>;

  private constructor(
    private readonly service: TestService,
    private readonly model: ModelServer,
  ) {
    this.connection = new KeptConnection(service.url);
    this.headers = { authorization: `Bearer ${service.key}` };
  }

  static async start(): Promise<RefusingService> {
    const model = await ModelServer.start();
    model.always(vectorsBeside(answer('an answer')));
    const service = await startService({
      environment: {
        LLM_BASE_URL: model.baseUrl,
        LLM_MODEL: 'test-model',
        LLM_MAX_RETRIES: '0',
        EMBEDDING_BASE_URL: model.baseUrl,
        EMBEDDING_MODEL: 'bge-m3',
      },
    });
    await (await service.post('/chat', { query: 'q', conversation_id: 'bad' })).json();
    // The routes of the good bodies name it.
    await service.request('PUT', '/api/prompts/bad', { body: GOOD_BODIES['PUT /api/prompts/{name}'] });
    return new RefusingService(service, model);
  }

  async stop(): Promise<void> {
    this.connection.close();
    await this.service.stop();
    await this.model.stop();
  }

  get(path: string): Promise<KeptResponse> {
    return this.connection.send({ method: 'GET', path, headers: this.headers });
  }

  /** @param route as `openapi.json` has it; each parameter of its path is `bad` */
  send(
    route: string,
    { body, headers = JSON_TYPE }: Pick<BadRequest, 'body' | 'headers'>,
  ): Promise<KeptResponse> {
    const [method = '', path = ''] = route.replace(/\{\w+\}/g, 'bad').split(' ');
    return this.connection.send({ method, path, headers: { ...this.headers, ...headers }, body });
  }

  /** Expects that each is refused as it says, that none is stored, and that a good request is accepted afterwards. */
  async expectRefused(route: string, cases: readonly BadRequest[]): Promise<void> {
    expect(cases.length).toBeGreaterThan(0);
    const before = await this.countRows();
    const asked = this.model.requests.length;
    expect(await this.faultsOf(route, cases)).toEqual([]);
    expect(await this.countRows()).toEqual(before);
    expect(this.model.requests.length).toBe(asked);
    const good = await this.send(route, { body: JSON.stringify(GOOD_BODIES[route]) });
    expect(good.isReused).toBe(true);
    // Feedback on an unknown answer is well formed, and refused for another reason.
    expect(route === 'POST /api/feedback' ? [404] : [200, 201]).toContain(good.status);
  }

  async countRows(): Promise<Record<string, number>> {
    const database = this.service.app.get<DataSource>(getDataSourceToken());
    const counts = TABLES.map(async (table) => {
      const [row] = await database.query<{ count: number }[]>(
        `SELECT count(*)::int AS count FROM "${table}"`,
      );
      return [table, row!.count] as const;
    });
    return Object.fromEntries(await Promise.all(counts));
  }

  /** Sends each on the same connection, and a harmless request after it. */
  private async faultsOf(route: string, cases: readonly BadRequest[]): Promise<string[]> {
    const faults: string[] = [];
    const harmless = () => this.get('/api/models');
    await harmless();
    for (const bad of cases) {
      const fault = describeFault(await this.send(route, bad), bad);
      if (fault !== null) faults.push(`${bad.name}: ${fault}`);
      const next = await harmless();
      if (next.status !== 200 || !next.isReused)
        faults.push(`${bad.name}: the next request got ${next.status}`);
    }
    return faults;
  }
}
