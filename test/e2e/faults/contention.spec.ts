import { jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import { answer, hold } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { ask, UID, WAYS } from '../../support/service/ways-to-ask.js';

jest.setTimeout(90_000);

/** What the trigger counts with survives the transaction that it fails. */
const TRIGGER = `
  CREATE SEQUENCE contention_seen;
  CREATE TABLE contention_planned (operation text PRIMARY KEY, code text NOT NULL, until bigint NOT NULL);
  CREATE FUNCTION contend() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE planned contention_planned;
  BEGIN
    SELECT * INTO planned FROM contention_planned WHERE operation = TG_OP;
    IF FOUND AND nextval('contention_seen') <= planned.until THEN
      RAISE EXCEPTION 'made for the test' USING ERRCODE = planned.code;
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER contend BEFORE INSERT OR UPDATE OF status ON turn FOR EACH ROW EXECUTE FUNCTION contend()`;

/**
 * F66. Real: the complete service, and a PostgreSQL that says what it says of a deadlock (40P01) and of a failed
 * serialization (40001). Stand-in: the reason why it says so, and the model.
 */
describe('A concurrent transaction that is in the way', () => {
  let model: ModelServer;
  let service: TestService;
  let database: DataSource;

  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel());
    database = service.app.get(DataSource);
    await database.query(TRIGGER);
  });
  afterAll(() => stopServiceWithModel({ model, service }));

  /** Fails the next `times` inserts or updates. */
  async function contend(operation: 'INSERT' | 'UPDATE', code: string, times: number): Promise<void> {
    await database.query('DELETE FROM contention_planned');
    await database.query(`SELECT setval('contention_seen', 1, false)`);
    await database.query('INSERT INTO contention_planned VALUES ($1, $2, $3)', [operation, code, times]);
  }

  /** How often it was tried. */
  async function tries(): Promise<number> {
    const [row]: { count: string }[] = await database.query(
      'SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS count FROM contention_seen',
    );
    return Number(row!.count);
  }

  describe.each(['40001', '40P01'])('%s', (code) => {
    it.each(WAYS)(
      'twice before the turn is stored: it is answered, by one call of the model, %s',
      async (way) => {
        const asked = model.requests.length;
        await contend('INSERT', code, 2);
        model.next(answer('It went well.'));
        const told = await ask(service, way);
        expect(told).toMatchObject({ text: 'It went well.', receipt: { status: 'completed' } });
        expect(await tries()).toBe(3);
        expect(model.requests.length - asked).toBe(1);
      },
    );

    it('for good: it is tried three times and refused, and the model is not asked', async () => {
      const asked = model.requests.length;
      await contend('INSERT', code, 1_000);
      const response = await service.post('/api/chat', { question: 'never', uid: UID });
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(await response.json()).toMatchObject({ code: 'database_unavailable', retryable: true });
      expect(await tries()).toBe(3);
      expect(model.requests.length).toBe(asked);
    });

    it('twice in a conversation: its question is stored once', async () => {
      await contend('INSERT', code, 2);
      model.next(answer('Once.'));
      const body = { query: 'in a conversation', user_id: UID, conversation_id: `contended-${code}` };
      const response = await service.post('/chat', body);
      expect(await response.json()).toMatchObject({ text: 'Once.' });
      const rows: unknown[] = await database.query(
        `SELECT 1 FROM turn JOIN conversation c ON c.id = conversation_id WHERE c.external_id = $1`,
        [body.conversation_id],
      );
      expect(rows).toHaveLength(1);
    });

    it('when the end is stored: the reader gets it only then', async () => {
      const held = hold(['The complete answer']);
      const index = model.requests.length;
      model.next(held);
      const asking = ask(service, 'qa');
      await model.requestArrived(index);
      await contend('UPDATE', code, 3);
      held.release();
      const told = await asking;
      expect(told).toMatchObject({ finishReason: 'stop', receipt: { status: 'completed', text: told.text } });
      expect(told.text).toBe('The complete answer');
      expect(await tries()).toBe(4);
    });
  });
});
