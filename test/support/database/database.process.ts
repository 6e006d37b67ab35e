/**
 * A process that uses an embedded database, to be refused, raced or killed. Its arguments: what to do, and
 * the data folder. It says in lines on its standard output what happened.
 */
import { Logger } from '@nestjs/common';
import { newId } from '../../../src/common/uuid.js';
import { readHolder } from '../../../src/database/embedded/embedded-holder.js';
import { openDatabase } from '../../../src/database/connection/open-database.js';

const [task, dataDir = ''] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);

Logger.overrideLogger(false);
const joinsRunningService = task === 'join';
const dataSource = await openDatabase({ kind: 'embedded', dataDir, joinsRunningService }, []).catch(
  (error: Error) => {
    say(`failed ${error.message}`);
    process.exit(1);
  },
);
say(`open ${readHolder(dataDir)?.pid === process.pid ? 'own' : 'joined'}`);
while (task === 'write') {
  const id = newId();
  await dataSource.query('INSERT INTO client (id, name) VALUES ($1, $2)', [id, id]);
  say(`stored ${id}`);
}
if (task === 'hold') process.stdin.resume().once('end', () => void dataSource.destroy());
else await dataSource.destroy();
