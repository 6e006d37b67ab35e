const BUCKETS = 10;
const BUCKET_MS = 3_000;

interface Bucket {
  slot: number;
  calls: number;
  outages: number;
}

/** Counts the calls of the last 30 s, to within 3 s, in constant space. */
export class RecentCalls {
  static readonly WINDOW_MS = BUCKETS * BUCKET_MS;

  private readonly buckets = Array.from({ length: BUCKETS }, emptyBucket);

  /** @param now milliseconds, never less than before */
  add(now: number, isOutage: boolean): void {
    const slot = Math.floor(now / BUCKET_MS);
    const bucket = this.buckets[slot % BUCKETS]!;
    if (bucket.slot !== slot) Object.assign(bucket, emptyBucket(), { slot });
    bucket.calls++;
    if (isOutage) bucket.outages++;
  }

  sum(now: number): { calls: number; outages: number } {
    const oldest = Math.floor(now / BUCKET_MS) - BUCKETS + 1;
    const recent = this.buckets.filter(({ slot }) => slot >= oldest);
    return {
      calls: recent.reduce((sum, { calls }) => sum + calls, 0),
      outages: recent.reduce((sum, { outages }) => sum + outages, 0),
    };
  }

  clear(): void {
    for (const bucket of this.buckets) Object.assign(bucket, emptyBucket());
  }
}

function emptyBucket(): Bucket {
  return { slot: -BUCKETS, calls: 0, outages: 0 };
}
