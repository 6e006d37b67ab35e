import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from './client.js';
import { CACHE } from './installing.js';
import type { Row } from './table.js';

/** What the newest run of each client found: a run of all of them takes a quarter of an hour. */
const FILE = join(CACHE, 'results.json');

interface Stored {
  readonly skipped?: string;
  readonly packages: readonly string[];
  readonly verdicts: Readonly<Record<string, true | string>>;
}

/** Keeps the rows of a run; capabilities that it did not try keep their earlier verdict. */
export function keepResults(rows: readonly Row[]): void {
  const all = read();
  for (const { client, variant, skipped, verdicts } of rows) {
    const { packages } = client;
    const before = all[keyOf(client, variant)];
    const kept = before?.packages.join() === packages.join() ? before.verdicts : {};
    all[keyOf(client, variant)] = {
      ...(skipped !== undefined && { skipped }),
      packages,
      verdicts: { ...kept, ...Object.fromEntries(verdicts) },
    };
  }
  writeFileSync(FILE, JSON.stringify(all, null, 1));
}

/** The newest row of each client, in their order. @throws Error when one was never tried in its version */
export function newestRows(clients: readonly Client[]): Row[] {
  const all = read();
  return clients.flatMap((client) =>
    client.variants.map((variant): Row => {
      const found = all[keyOf(client, variant)];
      if (found?.packages.join() !== client.packages.join())
        throw new Error(`${client.name} was not tried: npm run test:ecosystem -- --only ${client.id}`);
      return { client, variant, skipped: found.skipped, verdicts: new Map(Object.entries(found.verdicts)) };
    }),
  );
}

function keyOf({ id }: Client, variant: string): string {
  return `${id} ${variant}`;
}

function read(): Record<string, Stored> {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, Stored>;
  } catch {
    return {};
  }
}
