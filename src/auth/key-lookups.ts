import { Injectable } from '@nestjs/common';
import { ClientRepository, type LiveKey } from './client.repository.js';

/** Statements that look for keys at one time. */
const MAX_STATEMENTS = 2;
/** Keys that one statement looks for. */
const MAX_KEYS = 500;

interface Lookup {
  readonly hash: Buffer;
  readonly resolve: (key: LiveKey | null) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Looks for keys with few statements: while two are under way, further keys wait and share the next one. Thousands of
 * requests with wrong keys would otherwise take the complete connection pool from requests with valid keys.
 */
@Injectable()
export class KeyLookups {
  private waiting: Lookup[] = [];
  private underWay = 0;

  constructor(private readonly repository: ClientRepository) {}

  /** The live key of that hash, or null. @throws what the database says */
  find(hash: Buffer): Promise<LiveKey | null> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ hash, resolve, reject });
      if (this.underWay < MAX_STATEMENTS) void this.lookUp();
    });
  }

  private async lookUp(): Promise<void> {
    this.underWay++;
    while (this.waiting.length > 0) {
      const lookups = this.waiting.slice(0, MAX_KEYS);
      this.waiting = this.waiting.slice(MAX_KEYS);
      await this.answer(lookups);
    }
    this.underWay--;
  }

  private async answer(lookups: readonly Lookup[]): Promise<void> {
    try {
      const found = await this.repository.findLiveKeys(lookups.map(({ hash }) => hash));
      const byHash = new Map(found.map((key) => [key.hash.toString('hex'), key]));
      for (const { hash, resolve } of lookups) resolve(byHash.get(hash.toString('hex')) ?? null);
    } catch (error) {
      for (const { reject } of lookups) reject(error);
    }
  }
}
