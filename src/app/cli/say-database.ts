import type { AppConfig } from '../../config/app-config.js';
import { describeDatabase } from '../../database/connection/describe-database.js';
import { isHeld } from '../../database/tool-database.js';
import { expectNoServiceElsewhere } from '../running-service.js';

/** On standard error, before the command changes anything: an operator who forgot DATABASE_URL sees where a key went. */
export async function sayDatabase(config: AppConfig): Promise<void> {
  const { database } = config;
  const isDefault = database.kind === 'embedded' && database.isDefault === true;
  const why = isDefault ? ': no DATABASE_URL is set' : '';
  process.stderr.write(`Database: ${describeDatabase(database)}${why}\n`);
  if (isDefault && !isHeld(database)) await expectNoServiceElsewhere(config);
}
