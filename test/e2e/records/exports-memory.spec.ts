import { newId } from '../../../src/common/uuid.js';
import { openDatabase } from '../../../src/database/connection/open-database.js';
import { createTestDatabase } from '../../support/database/database.js';
import { addRatedTurns } from '../../support/database/rated-turns.js';
import { MemoryProbe, PROBED } from '../../support/programs/child-probe.js';
import { CHILD_KEY, databaseVariables, startChildService } from '../../support/programs/child-service.js';

// On the embedded database the process holds the database's memory too.
describe('The memory of the service, during an export of 120 MB', () => {
  it('holds a small part of it', async () => {
    const testDatabase = await createTestDatabase();
    const database = await openDatabase(testDatabase.config, []);
    const clientId = newId();
    await database.query(`INSERT INTO client (id, name) VALUES ($1, 'test')`, [clientId]);
    await addRatedTurns(database, { clientId, words: 'question', characters: 40_000, count: 3_000 });
    await database.destroy();
    const environment = { ...PROBED, ...databaseVariables(testDatabase.config) };
    const child = await startChildService({ environment });
    const probe = new MemoryProbe(child);
    const read = () =>
      fetch(`${child.url}/api/exports/sft?good_stars=1&history_len=0`, {
        headers: { authorization: `Bearer ${CHILD_KEY}` },
      });
    const before = await probe.bytes();
    let bytes = 0;
    let most = 0;
    let probed = 0;
    for await (const chunk of (await read()).body!) {
      bytes += (chunk as Uint8Array).length;
      if (bytes < probed) continue;
      probed = bytes + 10_000_000;
      most = Math.max(most, await probe.bytes());
    }
    expect(bytes).toBeGreaterThan(120_000_000);
    expect(most - before).toBeLessThan(30_000_000);
    await child.stop();
    await testDatabase.drop();
  }, 120_000);
});
