import { SetMetadata } from '@nestjs/common';

export const TAKES_OWN_PLACES = Symbol('takesOwnPlaces');

/**
 * Marks a route that takes its places in `DatabaseShares` itself, because it lasts longer than its statements: an
 * answer, an export; or because it waits for more than the database: a search.
 */
export const TakesOwnPlaces = () => SetMetadata(TAKES_OWN_PLACES, true);
