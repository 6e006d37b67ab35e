import { parseArgs } from 'node:util';
import { ConsoleLogger, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientService } from './auth/client.service.js';
import { CliModule } from './cli.module.js';
import { AppError } from './common/errors/app-error.js';
import { StartError } from './common/errors/start-error.js';
import type { AppConfig } from './config/app-config.js';
import { readConfiguration } from './config/read-configuration.js';
import { KnowledgeLoader } from './knowledge/knowledge-loader.js';

const USAGE = `Usage:
  npm run client:add -- NAME [--expires-in-days N]   make a key for a client, and the client when it is new
  npm run client:list                                list clients and their keys
  npm run client:set -- NAME --break-max-bytes N     cut answers of variant B for a channel whose messages are at most
                                                     N bytes of UTF-8 (64 or more; 0: any)
  npm run client:revoke -- NAME|KEY_ID               revoke all keys of a client, or one key
  npm run knowledge:load -- FOLDER                   load a folder of .md and .txt files, for all clients
`;

/** Something the caller typed; told without a stack. */
class UsageError extends Error {}

type Command = (app: INestApplicationContext, args: readonly string[]) => Promise<string>;

const COMMANDS: Readonly<Record<string, Command>> = {
  'client:add': async (app, args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { 'expires-in-days': { type: 'string' } },
      allowPositionals: true,
    });
    const days = values['expires-in-days'];
    if (days !== undefined && !/^[1-9]\d{0,4}$/.test(days))
      throw new UsageError('--expires-in-days takes 1 to 99999');
    const name = onlyArgument(positionals);
    const { key, keyId, expiresAt } = await app
      .get(ClientService)
      .addKey(name, days ? Number(days) : undefined);
    return `Key ${keyId} of client ${name}, shown this once${expiresAt ? `, valid until ${expiresAt.toISOString()}` : ''}:\n${key}`;
  },
  'client:list': async (app) => {
    const keys = await app.get(ClientService).listKeys();
    const lines = keys.map(({ clientName, keyId, prefix, createdAt, expiresAt, revokedAt }) => {
      const state = revokedAt
        ? `revoked ${day(revokedAt)}`
        : expiresAt
          ? `expires ${day(expiresAt)}`
          : 'live';
      return [clientName, keyId, `${prefix}…`, `made ${day(createdAt)}`, state].join('  ');
    });
    return lines.length > 0
      ? lines.join('\n')
      : 'There are no keys yet: npm run client:add -- NAME makes one.';
  },
  'client:set': async (app, args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { 'break-max-bytes': { type: 'string' } },
      allowPositionals: true,
    });
    const bytes = Number(values['break-max-bytes']);
    if (!Number.isInteger(bytes) || bytes > 10_000_000 || (bytes < 64 && bytes !== 0)) {
      throw new UsageError('--break-max-bytes takes 64 to 10000000, or 0');
    }
    const name = onlyArgument(positionals);
    if (!(await app.get(ClientService).setBreakMaxBytes(name, bytes === 0 ? null : bytes))) {
      throw new UsageError('There is no client of that name.');
    }
    return bytes === 0
      ? `Messages to ${name} may have any length.`
      : `Messages to ${name} have at most ${bytes} bytes.`;
  },
  'client:revoke': async (app, args) => {
    const count = await app.get(ClientService).revoke(onlyArgument(args));
    if (count === 0) throw new UsageError('There is no live key of that name or id.');
    return `Revoked ${count} key${count === 1 ? '' : 's'}.`;
  },
  'knowledge:load': async (app, args) => app.get(KnowledgeLoader).loadShared(onlyArgument(args)),
};

function onlyArgument(args: readonly string[]): string {
  const [only, ...others] = args;
  if (only === undefined || others.length > 0) throw new UsageError(USAGE);
  return only;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** A tool uses the embedded database of a service that is running, where there is one. */
function joining(config: AppConfig): AppConfig {
  if (config.database.kind !== 'embedded') return config;
  return { ...config, database: { ...config.database, joinsRunningService: true } };
}

async function main([name = '', ...args]: readonly string[]): Promise<void> {
  const command = COMMANDS[name];
  if (!command) throw new UsageError(USAGE);
  const app = await NestFactory.createApplicationContext(CliModule.forRoot(joining(readConfiguration())), {
    logger: new ConsoleLogger({ logLevels: ['fatal', 'error', 'warn'] }),
    abortOnError: false,
  });
  try {
    process.stdout.write(`${await command(app, args)}\n`);
  } finally {
    await app.close();
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const isExpected = error instanceof UsageError || error instanceof StartError || error instanceof AppError;
  process.stderr.write(
    `${isExpected ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exitCode = 1;
}
