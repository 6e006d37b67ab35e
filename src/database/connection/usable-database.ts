import type { DataSource } from 'typeorm';
import { StartError } from '../../common/errors/start-error.js';

/** SQLSTATE insufficient_privilege, and invalid_schema_name: a user without USAGE sees no schema to create in. */
const MAY_NOT_CREATE: ReadonlySet<unknown> = new Set(['42501', '3F000']);

/** SQL_ASCII stores the bytes as they come, and the driver sends UTF-8. */
const ENCODINGS_OF_ALL_CHARACTERS: readonly string[] = ['UTF8', 'SQL_ASCII'];

/**
 * Looks at the encoding before anything is made: in another one, every question in Chinese would be refused.
 * @throws StartError
 */
export async function expectAllCharacters(dataSource: DataSource): Promise<void> {
  const [{ server_encoding: encoding } = { server_encoding: '' }]: { server_encoding: string }[] =
    await dataSource.query('SHOW server_encoding');
  if (ENCODINGS_OF_ALL_CHARACTERS.includes(encoding)) return;
  throw new StartError(
    `The database has the encoding ${encoding}. Make one with ENCODING 'UTF8' TEMPLATE template0.`,
  );
}

/** What went wrong while migrating, as a {@link StartError} where the database's administrator can change it. */
export async function explainMigrationError(dataSource: DataSource, error: unknown): Promise<unknown> {
  const { code, message } = error as { code?: unknown; message?: string };
  if (!MAY_NOT_CREATE.has(code)) return error;
  const names: { user: string; database: string }[] = await dataSource.query(
    'SELECT quote_ident(current_user) AS "user", quote_ident(current_database()) AS database',
  );
  const { user, database } = names[0]!;
  return new StartError(
    `The user ${user} may not create tables in the database ${database} (${message}). ` +
      `As its administrator: ALTER DATABASE ${database} OWNER TO ${user}`,
    { cause: error },
  );
}
