import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, IsNull, type Repository } from 'typeorm';
import { newId } from '../common/uuid.js';
import type { CallingClient } from './calling-client.js';
import { ClientKeyEntity } from './client-key.entity.js';
import type { ClientSettings, ClientSettingsChange } from './client-settings.js';
import { ClientEntity } from './client.entity.js';

/** A key as the command line lists it. */
export interface ListedKey {
  readonly clientName: string;
  readonly keyId: string;
  readonly prefix: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

/** The stored side of a live key. */
export interface LiveKey {
  readonly client: CallingClient;
  readonly hash: Buffer;
}

@Injectable()
export class ClientRepository {
  constructor(
    @InjectRepository(ClientEntity) private readonly clients: Repository<ClientEntity>,
    @InjectRepository(ClientKeyEntity) private readonly keys: Repository<ClientKeyEntity>,
  ) {}

  /** The client of that name, made when it is missing. Safe when ten replicas start at once. */
  async ensureClient(name: string): Promise<CallingClient> {
    await this.clients.query(`INSERT INTO client (id, name) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, [
      newId(),
      name,
    ]);
    return toCallingClient(await this.clients.findOneByOrFail({ name }));
  }

  async listClients(names: readonly string[]): Promise<CallingClient[]> {
    return (await this.clients.findBy({ name: In(names) })).map(toCallingClient);
  }

  async exists(name: string): Promise<boolean> {
    return this.clients.existsBy({ name });
  }

  async insertKey(key: Pick<ClientKeyEntity, 'clientId' | 'hash' | 'prefix' | 'expiresAt'>): Promise<string> {
    const id = newId();
    await this.keys.insert({ id, ...key });
    return id;
  }

  /** The keys with those hashes, but those that have expired (by the database's clock) or were revoked. */
  async findLiveKeys(hashes: readonly Buffer[]): Promise<LiveKey[]> {
    const rows: (StoredClient & { keyId: string; hash: Buffer })[] = await this.keys.query(
      `SELECT ${CLIENT_COLUMNS}, client_key.id AS "keyId", client_key.hash
         FROM client_key JOIN client ON client.id = client_key.client_id
        WHERE client_key.hash = ANY($1::bytea[]) AND client_key.revoked_at IS NULL
          AND (client_key.expires_at IS NULL OR client_key.expires_at > now())`,
      [hashes],
    );
    return rows.map((row) => ({ client: { ...toCallingClient(row), keyId: row.keyId }, hash: row.hash }));
  }

  /** Whether any key is neither revoked nor expired (by the database's clock). */
  async hasLiveKeys(): Promise<boolean> {
    const rows: unknown[] = await this.keys.query(
      `SELECT 1 FROM client_key WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()) LIMIT 1`,
    );
    return rows.length > 0;
  }

  async listKeys(): Promise<ListedKey[]> {
    return this.keys.query(
      `SELECT client.name AS "clientName", client_key.id AS "keyId", client_key.prefix,
              client_key.created_at AS "createdAt", client_key.expires_at AS "expiresAt",
              client_key.revoked_at AS "revokedAt"
         FROM client_key JOIN client ON client.id = client_key.client_id
        ORDER BY client.name, client_key.id`,
    );
  }

  /** Revokes one key; false when there is no such key or it was revoked before. */
  async revokeKey(keyId: string): Promise<boolean> {
    const result = await this.keys.update({ id: keyId, revokedAt: IsNull() }, { revokedAt: () => 'now()' });
    return (result.affected ?? 0) > 0;
  }

  /** Revokes all keys of a client, and says how many. */
  async revokeKeysOf(clientName: string): Promise<number> {
    const revoked: unknown[][] = await this.keys.query(
      `UPDATE client_key SET revoked_at = now() FROM client
        WHERE client.id = client_key.client_id AND client.name = $1 AND client_key.revoked_at IS NULL
        RETURNING client_key.id`,
      [clientName],
    );
    return revoked[0]?.length ?? 0;
  }

  /** Changes a client's settings, and returns all that are set; null when there is no such client. */
  async changeSettings(name: string, change: ClientSettingsChange): Promise<ClientSettings | null> {
    if (Object.keys(change).length > 0) await this.clients.update({ name }, change);
    const client = await this.clients.findOneBy({ name });
    return client && toSettings(client);
  }
}

type StoredClient = Pick<ClientEntity, 'id' | 'name' | keyof ClientSettings>;

/** The columns of a {@link StoredClient}, for statements that are written by hand. */
const CLIENT_COLUMNS = `client.id, client.name, client.break_enabled AS "breakEnabled",
  client.break_min_chars AS "breakMinChars", client.break_after_ms AS "breakAfterMs",
  client.break_max_bytes AS "breakMaxBytes", client.break_first_ms AS "breakFirstMs",
  client.whole_answer AS "wholeAnswer"`;

function toCallingClient(client: StoredClient): CallingClient {
  return { id: client.id, name: client.name, ...toSettings(client) };
}

/** Without those that are at their default. */
function toSettings(client: StoredClient): ClientSettings {
  const { breakEnabled, breakMinChars, breakAfterMs, breakMaxBytes, breakFirstMs, wholeAnswer } = client;
  const stored = { breakEnabled, breakMinChars, breakAfterMs, breakMaxBytes, breakFirstMs, wholeAnswer };
  return Object.fromEntries(Object.entries(stored).filter(([, value]) => value !== null));
}
