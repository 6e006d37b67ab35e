/** One page of a list. */
export class PageDto {
  /** Give it as `cursor` for the next page; null: there is none @example '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11' */
  next_cursor!: string | null;
}
