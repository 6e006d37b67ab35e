import { setTimeout as sleep } from 'node:timers/promises';
import { API_KEY } from './settings.js';

/** What the service says of a turn at the end. */
export interface Receipt {
  readonly chat_id: string;
  readonly status: 'running' | 'completed' | 'failed' | 'cancelled';
  readonly text: string;
  readonly finish_reason?: string;
  readonly error_code?: string;
  readonly attempts: readonly { readonly target: string; readonly outcome: string }[];
  readonly created_at: string;
  readonly ended_at?: string;
}

/** null: the service does not know the turn. */
export type Receipts = ReadonlyMap<string, Receipt | null>;

const ASK_AGAIN_MS = 1_000;
const AT_ONCE = 8;

/** Reads the receipts of turns, and until `settledAt` again and again those of turns that are running. */
export async function readReceipts(
  url: string,
  turnIds: readonly string[],
  settledAt: number,
): Promise<Receipts> {
  const receipts = new Map<string, Receipt | null>();
  let left = [...turnIds];
  for (;;) {
    await readSome(url, left, receipts);
    left = left.filter((id) => receipts.get(id)?.status === 'running');
    if (left.length === 0 || Date.now() > settledAt) return receipts;
    await sleep(ASK_AGAIN_MS);
  }
}

async function readSome(
  url: string,
  turnIds: readonly string[],
  receipts: Map<string, Receipt | null>,
): Promise<void> {
  const queue = [...turnIds];
  const reader = async () => {
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) receipts.set(id, await readOne(url, id));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, reader));
}

async function readOne(url: string, turnId: string): Promise<Receipt | null> {
  for (let tries = 1; ; tries++) {
    const response = await fetch(`${url}/api/chat/${turnId}`, {
      headers: { authorization: `Bearer ${API_KEY}` },
    });
    if (response.ok) return (await response.json()) as Receipt;
    if (response.status === 404) return null;
    const text = await response.text();
    if (tries === 20) throw new Error(`The receipt of ${turnId} cannot be read: ${response.status} ${text}`);
    await sleep(ASK_AGAIN_MS);
  }
}
