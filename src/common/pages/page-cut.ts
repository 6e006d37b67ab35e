/**
 * UTF-8 bytes of the texts on one page, but for a single item, which may have more: a hundred answers of a megabyte at
 * once would fill the memory of a small process.
 */
export const MAX_PAGE_BYTES = 1_048_576;

/** A row of a statement that {@link cutPage} made. */
export type Cut<Item> = Item & {
  /** Whether another row of the statement comes after it, on this page or, behind the last one, on the next. */
  readonly hasNext: boolean;
};

/**
 * SQL that gives the first rows of `rows` whose `bytes` are {@link MAX_PAGE_BYTES} together, at least one. The database
 * measures: texts that do not fit are not read.
 * @param rows a SELECT that is ordered and limited, with a column `bytes`
 * @param order its ORDER BY, over its own columns
 */
export function cutPage(rows: string, order: string): string {
  return `
    SELECT * FROM (
      SELECT page.*, row_number() OVER ordered AS place, sum(page.bytes) OVER ordered AS "bytesSoFar",
             lead(1) OVER ordered IS NOT NULL AS "hasNext"
        FROM (${rows}) page WINDOW ordered AS (ORDER BY ${order})
    ) measured WHERE place = 1 OR "bytesSoFar" <= ${MAX_PAGE_BYTES} ORDER BY ${order}`;
}
