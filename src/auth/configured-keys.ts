import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnModuleInit,
} from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { summarizeDatabaseError } from '../database/database-error.js';
import type { CallingClient } from './calling-client.js';
import { hashKey, isSameHash } from './client-key.js';
import { ClientRepository, type LiveKey } from './client.repository.js';

/** What the command line sets for a client counts after so many ms at most. */
const REFRESH_EVERY_MS = 2_000;

/**
 * The keys that the environment names, and their clients as they were a moment ago: who calls with one of
 * these is known without a query.
 */
@Injectable()
export class ConfiguredKeys implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(ConfiguredKeys.name);
  private keys: readonly LiveKey[] = [];
  private timer?: NodeJS.Timeout;
  private refreshing: Promise<void> | null = null;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly repository: ClientRepository,
  ) {}

  /** Gives the clients that the environment names their rows. Before the first request. */
  async onModuleInit(): Promise<void> {
    this.keys = await Promise.all(
      this.config.auth.apiKeys.map(async ({ clientName, key }, index) => ({
        client: { ...(await this.repository.ensureClient(clientName)), keyId: `API_KEYS[${index}]` },
        hash: hashKey(key),
      })),
    );
    if (this.keys.length > 0) this.timer = setInterval(() => this.startRefresh(), REFRESH_EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.refreshing;
  }

  get count(): number {
    return this.keys.length;
  }

  /** The client with the key of that hash. */
  find(hash: Buffer): CallingClient | undefined {
    return this.keys.find((candidate) => isSameHash(candidate.hash, hash))?.client;
  }

  private startRefresh(): void {
    this.refreshing ??= this.refresh()
      .catch((cause: unknown) =>
        // What was known still holds.
        this.logger.debug({
          message: 'The clients could not be read again',
          error: summarizeDatabaseError(cause),
        }),
      )
      .finally(() => (this.refreshing = null));
  }

  private async refresh(): Promise<void> {
    const clients = await this.repository.listClients(this.keys.map(({ client }) => client.name));
    const byId = new Map(clients.map((client) => [client.id, client]));
    this.keys = this.keys.map(({ client, hash }) => ({
      client: { ...(byId.get(client.id) ?? client), keyId: client.keyId },
      hash,
    }));
  }
}
