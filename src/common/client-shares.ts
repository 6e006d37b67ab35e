/** Gives a place back. A second call does nothing. */
export type Release = () => void;

export interface ShareLimits {
  /** Places for all clients together, at least 1. */
  readonly places: number;
  /** What one client may hold of the places that the others leave, 1 to 100; at least one place. */
  readonly sharePercent: number;
}

interface Waiter {
  readonly give: (release: Release | null) => void;
}

interface Holder {
  held: number;
  /** Counts all places given so far; 0: none since the client last held and wanted nothing. */
  servedAt: number;
  /** In the order in which they came. */
  readonly waiting: Set<Waiter>;
}

/**
 * The places of a resource that all clients share. A client may hold `sharePercent` of the places that the other
 * clients leave: by the default of 50, one busy client holds half, two hold three quarters, n leave one in 2^n free,
 * so that a further client finds room. When the others end, they come to equal shares (the "dynamic threshold" of
 * Choudhury and Hahne, IEEE/ACM Transactions on Networking 6(2), 1998). A place is never taken back.
 */
export class ClientShares {
  private readonly holders = new Map<string, Holder>();
  private taken = 0;
  private served = 0;

  constructor(private readonly limits: ShareLimits) {}

  /** Places that are taken. */
  get count(): number {
    return this.taken;
  }

  /** Whether no place is left for any client. */
  get isFull(): boolean {
    return this.taken >= this.limits.places;
  }

  /** Whether {@link tryTake} would give the client a place. */
  mayTake(client: string): boolean {
    if (this.isFull) return false;
    const held = this.holders.get(client)?.held ?? 0;
    const leftByOthers = this.limits.places - (this.taken - held);
    return held < Math.ceil((leftByOthers * this.limits.sharePercent) / 100);
  }

  /** A place for the client; null when it may take none now. */
  tryTake(client: string): Release | null {
    return this.mayTake(client) ? this.take(client) : null;
  }

  /**
   * A place for the client as soon as it may take one: of the waiting clients, the client with the fewest places is
   * next, and of those the client that was served longest ago. Never rejects.
   * @param waitMs after which it is null; Infinity: however long it takes
   * @param signal it is null as soon as this is aborted
   */
  async waitFor(client: string, waitMs: number, signal?: AbortSignal): Promise<Release | null> {
    if (signal?.aborted) return null;
    const release = this.tryTake(client);
    if (release || waitMs <= 0) return release;
    return new Promise((resolve) => {
      const { waiting } = this.holderOf(client);
      const stopWaiting = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', giveUp);
      };
      const giveUp = () => {
        stopWaiting();
        waiting.delete(waiter);
        this.forgetIdle(client);
        resolve(null);
      };
      const timer = waitMs === Infinity ? undefined : setTimeout(giveUp, waitMs);
      const waiter: Waiter = {
        give: (place) => {
          stopWaiting();
          resolve(place);
        },
      };
      signal?.addEventListener('abort', giveUp);
      waiting.add(waiter);
    });
  }

  private take(client: string): Release {
    const holder = this.holderOf(client);
    holder.held++;
    this.taken++;
    holder.servedAt = ++this.served;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      holder.held--;
      this.taken--;
      this.serveWaiting();
      this.forgetIdle(client);
    };
  }

  private serveWaiting(): void {
    for (let next = this.next(); next !== null; next = this.next()) {
      const { waiting } = this.holderOf(next);
      const [waiter] = waiting;
      waiting.delete(waiter!);
      waiter!.give(this.take(next));
    }
  }

  private next(): string | null {
    let best: { readonly client: string; readonly holder: Holder } | null = null;
    for (const [client, holder] of this.holders) {
      if (holder.waiting.size === 0 || !this.mayTake(client)) continue;
      if (best === null || isBefore(holder, best.holder)) best = { client, holder };
    }
    return best?.client ?? null;
  }

  private holderOf(client: string): Holder {
    const known = this.holders.get(client);
    if (known) return known;
    const holder: Holder = { held: 0, servedAt: 0, waiting: new Set() };
    this.holders.set(client, holder);
    return holder;
  }

  /** Keeps the map from growing with every client that ever called. */
  private forgetIdle(client: string): void {
    const holder = this.holders.get(client);
    if (holder?.held === 0 && holder.waiting.size === 0) this.holders.delete(client);
  }
}

/** Does `work` in a place, and gives the place back. */
export async function inPlace<Result>(release: Release, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } finally {
    release();
  }
}

function isBefore(left: Holder, right: Holder): boolean {
  return left.held === right.held ? left.servedAt < right.servedAt : left.held < right.held;
}
