import { Injectable } from '@nestjs/common';
import { invalidField } from '../common/errors/app-error.js';
import { isUuid } from '../common/uuid.js';
import { displayPrefix, generateKey, hashKey } from './client-key.js';
import type { ClientSettings, ClientSettingsChange } from './client-settings.js';
import { ClientRepository, type ListedKey } from './client.repository.js';
import { ConfiguredKeys } from './configured-keys.js';

/** A key that was just made: the only time that it can be seen. */
export interface NewKey {
  readonly key: string;
  readonly keyId: string;
  readonly clientName: string;
  readonly expiresAt: Date | null;
}

/** Clients and their keys: who may call. */
@Injectable()
export class ClientService {
  constructor(
    private readonly configured: ConfiguredKeys,
    private readonly repository: ClientRepository,
  ) {}

  /**
   * Makes a key for the client of that name, and the client when it is new.
   * @param expiresInDays whole days from now; absent: the key does not expire
   */
  async addKey(clientName: string, expiresInDays?: number): Promise<NewKey> {
    if (clientName.trim() === '' || clientName.length > 100 || /\p{Cc}/u.test(clientName)) {
      throw invalidField('/name', 'must have 1 to 100 characters, and no control characters');
    }
    const client = await this.repository.ensureClient(clientName);
    const key = generateKey();
    const expiresAt = expiresInDays === undefined ? null : new Date(Date.now() + expiresInDays * 86_400_000);
    const keyId = await this.repository.insertKey({
      clientId: client.id,
      hash: hashKey(key),
      prefix: displayPrefix(key),
      expiresAt,
    });
    return { key, keyId, clientName, expiresAt };
  }

  async listKeys(): Promise<ListedKey[]> {
    return this.repository.listKeys();
  }

  /** Revokes a key by its id, or all keys of a client by its name. Returns how many were revoked. */
  async revoke(keyIdOrClientName: string): Promise<number> {
    if (isUuid(keyIdOrClientName) && (await this.repository.revokeKey(keyIdOrClientName))) return 1;
    return this.repository.revokeKeysOf(keyIdOrClientName);
  }

  /** Whether any key is there that a caller could use now, of the environment or of the database. */
  async hasKeys(): Promise<boolean> {
    return this.configured.count > 0 || (await this.repository.hasLiveKeys());
  }

  /** Whether there is a client of that name, with keys or without. */
  async exists(clientName: string): Promise<boolean> {
    return this.repository.exists(clientName);
  }

  /**
   * Changes what is set for a client; an empty change only reads. A running service goes by it at once, or
   * within seconds for a client whose key the environment names.
   * @returns all that is set afterwards; null when there is no such client
   */
  async changeSettings(clientName: string, change: ClientSettingsChange): Promise<ClientSettings | null> {
    return this.repository.changeSettings(clientName, change);
  }
}
