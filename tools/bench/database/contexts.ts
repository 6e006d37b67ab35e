/**
 * What the messages of requests cost: bytes a turn of chats that send their history with each question, and the time to open,
 * end and delete such turns. `--former` stores the history in each turn's row, as release 1.0.0 did, and no tables of contexts.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { ContextTurns, newTurn } from '../../../test/support/database/context-turns.js';
import { startPostgresServer } from '../../../test/support/database/database.server.js';
import { ALL_ENTITIES } from '../../../test/support/database/entities.js';
import { openDatabase } from '../../../src/database/connection/open-database.js';
import { percentile } from '../report/statistics.js';
import { markdownTable } from '../report/table.js';

const TURNS = 50;
const CHATS = [100_000, 1_000_000];
const LENGTHS = [0, 20, 200, 1_000];
/** Of each message whose insertion is timed, in characters. */
const MESSAGE = 500;
const REPETITIONS = 200;
const TABLES = ['turn', 'turn_context', 'context_message'];
const TIMEOUTS = {
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 60_000,
  idleInTransactionTimeoutMs: 60_000,
};

const { values } = parseArgs({ options: { former: { type: 'boolean', default: false } } });
const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'architecture.md'), 'utf8');

interface Message {
  readonly role: string;
  readonly content: string;
}

/** English of so many characters, each time another piece. */
function message(index: number, characters: number): Message {
  const from = (index * 7_919) % page.length;
  const text = page.slice(from) + page.repeat(1 + characters / page.length);
  return {
    role: index % 2 === 0 ? 'user' : 'assistant',
    content: `${randomUUID()} ${text}`.slice(0, characters),
  };
}

class Bench {
  private readonly turns: ContextTurns;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clientId: string,
  ) {
    this.turns = new ContextTurns(dataSource);
  }

  /** @returns how long opening it took, in ms */
  async add(messages: readonly Message[], conversation?: string): Promise<number> {
    const isStored = messages.length > 0;
    const former = values.former && isStored ? ({ history: messages } as object) : null;
    const sent = values.former || !isStored ? null : { messages, includesQuestion: true, tools: [] };
    const begunAt = performance.now();
    const turn = { ...newTurn(this.clientId, sent), ownContext: former };
    const id = await this.turns.open(turn, conversation);
    const ms = performance.now() - begunAt;
    await this.turns.end(this.clientId, id);
    return ms;
  }

  /** A chat of {@link TURNS} turns, whose last one brings so many bytes. */
  async measureChat(bytes: number): Promise<string[]> {
    const before = await this.bytes();
    const messages: Message[] = [];
    for (let turn = 0; turn < TURNS; turn++) {
      messages.push(message(messages.length, bytes / (2 * TURNS)));
      await this.add(messages, String(bytes));
      messages.push(message(messages.length, bytes / (2 * TURNS)));
    }
    const bytesATurn = ((await this.bytes()) - before) / TURNS;
    const begunAt = performance.now();
    await this.turns.deleteConversation(this.clientId, String(bytes));
    const ms = performance.now() - begunAt;
    return [bytes.toLocaleString('en'), Math.round(bytesATurn).toLocaleString('en'), ms.toFixed(1)];
  }

  /** Turns that bring so many messages: two of them new, as in a chat, or all of them. */
  async measureOpening(count: number): Promise<string[]> {
    const messages = Array.from({ length: count }, (_, index) => message(index, MESSAGE));
    const [chat, fresh]: [number[], number[]] = [[], []];
    await this.add(messages);
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      if (count > 0) messages.splice(-2, 2, message(2 * repetition, MESSAGE), message(1, MESSAGE));
      chat.push(await this.add(messages));
      if (repetition % 10 === 0)
        fresh.push(await this.add(messages.map((_, index) => message(index, MESSAGE))));
    }
    return [count.toLocaleString('en'), ...[chat, fresh].flatMap(timesOf)];
  }

  private async bytes(): Promise<number> {
    let sum = 0;
    for (const table of TABLES) {
      await this.dataSource.query(`VACUUM FULL ${table}`);
      const rows = await this.dataSource.query<{ bytes: string }[]>(
        'SELECT pg_total_relation_size($1::regclass) AS bytes',
        [table],
      );
      sum += Number(rows[0]!.bytes);
    }
    return sum;
  }
}

function timesOf(times: readonly number[]): string[] {
  const ascending = Float64Array.from(times).sort();
  return [percentile(ascending, 0.5), percentile(ascending, 0.95)].map((ms) => ms.toFixed(2));
}

async function main(): Promise<void> {
  Logger.overrideLogger(['error', 'fatal']);
  const server = await startPostgresServer({ isDurable: true });
  const config = { kind: 'postgres' as const, url: server.url, poolSize: 1, ...TIMEOUTS };
  const dataSource = await openDatabase(config, ALL_ENTITIES);
  try {
    const clientId = await new ContextTurns(dataSource).addClient();
    const bench = new Bench(dataSource, clientId);
    const chats: string[][] = [];
    for (const bytes of CHATS) chats.push(await bench.measureChat(bytes));
    const openings: string[][] = [];
    for (const count of LENGTHS) openings.push(await bench.measureOpening(count));
    const chatHead = [`bytes of the last of ${TURNS} requests`, 'bytes a turn', 'deleting the chat, ms'];
    const openingHead = ['messages', 'in a chat: p50, ms', 'p95, ms', 'all new: p50, ms', 'p95, ms'];
    process.stdout.write(`${markdownTable(chatHead, chats)}\n\n${markdownTable(openingHead, openings)}\n`);
  } finally {
    await dataSource.destroy();
    await server.stop();
  }
}

await main();
