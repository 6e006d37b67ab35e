import { Inject, Injectable } from '@nestjs/common';
import { ClientShares, inPlace } from '../../common/client-shares.js';
import { callerLeft, shareIsTaken } from '../../common/errors/app-error.js';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { DatabaseShares } from '../../database/database-shares.js';
import type { SavedDocument } from '../documents/document.repository.js';
import type { Owner } from '../index/terms-vector.js';
import { type FoundPassage, type IndexRequest, Retriever, type SearchRequest } from '../retriever.js';

/** The search engine behind the shares: where passages are kept and found. */
export const SEARCH_BACKEND = Symbol('searchBackend');

/**
 * Lets each client search in its share: the searches of all clients together hold at most half of the places that the
 * database has, and those of one client its share of that half. A search beyond waits; so neither the requests of other
 * clients nor the client's own wait for its searches.
 */
@Injectable()
export class SharedRetriever extends Retriever {
  private readonly places: ClientShares;

  constructor(
    @Inject(APP_CONFIG) { clientSharePercent }: AppConfig,
    @Inject(SEARCH_BACKEND) private readonly backend: Retriever,
    private readonly database: DatabaseShares,
  ) {
    super();
    this.places = new ClientShares({ places: database.searchPlaces, sharePercent: clientSharePercent });
  }

  override async search(request: SearchRequest): Promise<FoundPassage[]> {
    const { clientId, isAccepted = false, signal } = request;
    const release = await this.places.waitFor(clientId, isAccepted ? Infinity : this.database.waitMs, signal);
    if (signal?.aborted) {
      release?.();
      throw callerLeft();
    }
    if (!release) throw shareIsTaken('search');
    const search = () => this.backend.search(request);
    return inPlace(release, () =>
      isAccepted ? this.database.runAccepted(clientId, search) : this.database.run(clientId, search),
    );
  }

  /** Documents are written by the requests that bring them, in the places of those. */
  override index(request: IndexRequest): Promise<SavedDocument | null> {
    return this.backend.index(request);
  }

  override remove(owner: Owner, documentId: string): Promise<boolean> {
    return this.backend.remove(owner, documentId);
  }
}
