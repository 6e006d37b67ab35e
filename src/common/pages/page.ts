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

/** A page of a list that is read in slices, in the order of its ids. */
export async function readPage<Item extends { readonly id: string }>(
  { limit, cursor }: PageRequest,
  list: (slice: Slice) => Promise<readonly Item[]>,
): Promise<Page<Item>> {
  // One more than wanted tells whether there is a next page.
  const found = await list({ afterId: cursor ?? null, limit: limit + 1 });
  const items = found.slice(0, limit);
  return { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null };
}
