import { Type } from 'class-transformer';
import { IsOptional, Matches } from 'class-validator';
import { HasDefault, IsInteger } from '../api/fields.js';
import { UUID } from '../uuid.js';

export const CURSOR_FAULT = { message: 'must be a next_cursor of an earlier page' };

/** Which part of a list is wanted, as its query string says. */
export class PageQueryDto {
  /** How many to list at most */
  @HasDefault() @Type(() => Number) @IsInteger({ min: 1, max: 100 }) limit: number = 20;
  /** The `next_cursor` of the page before, with the same filters; items that are added meanwhile move no page */
  @IsOptional() @Matches(UUID, CURSOR_FAULT) cursor?: string;
}

/** One page of a list. */
export class PageDto {
  /** Give it as `cursor` for the next page; null: there is none @example '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11' */
  next_cursor!: string | null;
}
