/** Which part of a list is wanted. */
export interface PageRequest {
  /** 1..100. */
  readonly limit: number;
  /** The id that the page before ended with; absent: the newest. */
  readonly cursor?: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; null: this is the last. */
  readonly nextCursor: string | null;
}

/** The rows of a list that a page needs: those after `afterId`, or from the newest on. */
export interface Slice {
  readonly afterId: string | null;
  readonly limit: number;
}

/** A page of a list that is read in slices, in the order of its ids. It has fewer items where `cutPage` says so. */
export async function readPage<Item extends { readonly id: string; readonly hasNext?: boolean }>(
  { limit, cursor }: PageRequest,
  list: (slice: Slice) => Promise<readonly Item[]>,
): Promise<Page<Item>> {
  // One more than wanted tells whether there is a next page.
  const found = await list({ afterId: cursor ?? null, limit: limit + 1 });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const hasNext = found.length > limit || last?.hasNext === true;
  return { items, nextCursor: hasNext ? (last?.id ?? null) : null };
}
