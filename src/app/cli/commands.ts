import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import type { INestApplicationContext } from '@nestjs/common';
import { ClientService } from '../../auth/client.service.js';
import { readClientSet } from './client-set.js';
import { UsageError } from './usage-error.js';
import { KnowledgeLoader } from '../../knowledge/index/knowledge-loader.js';

const USAGE = `Usage:
  npm run client:add -- NAME [--expires-in-days N]   make a key for a client, and the client when it is new
  npm run client:list                                list clients and their keys
  npm run client:set -- NAME [OPTION VALUE]...       set where a client's answers are cut, and more, and show what is set
                                                     (without NAME: the options)
  npm run client:revoke -- NAME|KEY_ID               revoke all keys of a client, or one key
  npm run knowledge:load -- FOLDER                   load a folder of .md and .txt files, for all clients
  npm run models:check                               ask each model server a small question, and show what it does
`;

/** What a command does once the service's parts are there, and says in the end. */
export type Work = (app: INestApplicationContext) => Promise<string>;

type Reader = (args: readonly string[]) => Work;

// A Map: `constructor` is no command.
const COMMANDS: ReadonlyMap<string, Reader> = new Map(
  Object.entries<Reader>({
    'client:add': (args) => {
      const { name, value } = nameAndOption(args, 'expires-in-days');
      if (value !== undefined && !/^[1-9]\d{0,4}$/.test(value)) {
        throw new UsageError('--expires-in-days takes 1 to 99999');
      }
      return async (app) => {
        const added = await app.get(ClientService).addKey(name, value ? Number(value) : undefined);
        const until = added.expiresAt ? `, valid until ${added.expiresAt.toISOString()}` : '';
        return `Key ${added.keyId} of client ${name}, shown this once${until}:\n${added.key}`;
      };
    },
    'client:list': (args) => {
      if (args.length > 0) throw new UsageError(USAGE);
      return listKeys;
    },
    'client:set': readClientSet,
    'client:revoke': (args) => {
      const { name } = nameAndOption(args);
      return async (app) => {
        const count = await app.get(ClientService).revoke(name);
        if (count === 0) throw new UsageError('There is no live key of that name or id.');
        return `Revoked ${count} key${count === 1 ? '' : 's'}.`;
      };
    },
    'knowledge:load': (args) => {
      const { name: folder } = nameAndOption(args);
      return (app) => app.get(KnowledgeLoader).loadShared(folder);
    },
  }),
);

/**
 * The typed command, as work to do. Opens nothing, so that a typing error is reported at once, also when the
 * database cannot be reached.
 * @throws UsageError
 */
export function readCommand([name = '', ...args]: readonly string[]): Work {
  const read = COMMANDS.get(name);
  if (!read) throw new UsageError(USAGE);
  return read(args);
}

/** The one argument of a command, and the value of the one option that it knows, if any. */
function nameAndOption(args: readonly string[], option?: string): { name: string; value?: string } {
  const options: ParseArgsOptionsConfig = option === undefined ? {} : { [option]: { type: 'string' } };
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${USAGE}`);
  }
  const [name, ...others] = parsed.positionals;
  if (name === undefined || others.length > 0) throw new UsageError(USAGE);
  const value = option === undefined ? undefined : parsed.values[option];
  return { name, ...(typeof value === 'string' && { value }) };
}

async function listKeys(app: INestApplicationContext): Promise<string> {
  const keys = await app.get(ClientService).listKeys();
  const lines = keys.map(({ clientName, keyId, prefix, createdAt, expiresAt, revokedAt }) => {
    const state = revokedAt ? `revoked ${day(revokedAt)}` : expiresAt ? `expires ${day(expiresAt)}` : 'live';
    return [clientName, keyId, `${prefix}…`, `made ${day(createdAt)}`, state].join('  ');
  });
  return lines.length > 0 ? lines.join('\n') : 'There are no keys yet: npm run client:add -- NAME makes one.';
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
