import { Inject, Injectable } from '@nestjs/common';
import { ClientShares, inPlace, type Release } from '../common/client-shares.js';
import { shareIsTaken } from '../common/errors/app-error.js';
import { APP_CONFIG, type AppConfig, type DatabaseConfig } from '../config/app-config.js';

/** The embedded database has one connection, and a request does more than wait for it. */
const EMBEDDED_PLACES = 4;
const EMBEDDED_WAIT_MS = 5_000;

/**
 * Who may use the connections of the database: as many places as connections, of which one client holds no more than
 * its share ({@link ClientShares}). Without it, the slow statements of one client take every connection, and the
 * statements of all others fail after `DATABASE_CONNECT_TIMEOUT_MS`.
 *
 * In a place, a client's work has one statement or transaction at a time. Never ask for a place in a place: two such
 * could wait for each other. The service's own work (leases, the log and the end of turns) needs no place.
 */
@Injectable()
export class DatabaseShares {
  /** Places for the searches of all clients together, within {@link places}: half. */
  readonly searchPlaces: number;
  /** How long a request waits for a place, in ms. */
  readonly waitMs: number;
  private readonly places: ClientShares;

  constructor(@Inject(APP_CONFIG) { database, clientSharePercent }: AppConfig) {
    const places = placesOf(database);
    this.places = new ClientShares({ places, sharePercent: clientSharePercent });
    this.searchPlaces = Math.ceil(places / 2);
    this.waitMs = database.kind === 'postgres' ? database.connectTimeoutMs : EMBEDDED_WAIT_MS;
  }

  /**
   * A place, as soon as the client may have one.
   * @throws AppError `too_many_requests` when that takes longer than a connection may take
   */
  async enter(clientId: string): Promise<Release> {
    const release = await this.places.waitFor(clientId, this.waitMs);
    if (release) return release;
    throw shareIsTaken('database');
  }

  /** Does `work` in a place. @throws AppError as {@link enter} */
  async run<Result>(clientId: string, work: () => Promise<Result>): Promise<Result> {
    return inPlace(await this.enter(clientId), work);
  }

  /** The same for what was accepted already, such as a turn: it waits for its place however long that takes. */
  async runAccepted<Result>(clientId: string, work: () => Promise<Result>): Promise<Result> {
    return inPlace((await this.places.waitFor(clientId, Infinity))!, work);
  }
}

function placesOf(database: DatabaseConfig): number {
  return database.kind === 'postgres' ? database.poolSize : EMBEDDED_PLACES;
}
