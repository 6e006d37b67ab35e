import { ValidatedBy } from '../api/validated-by.js';
import { isUuid } from '../uuid.js';

const FAULT = 'must be a UUID, such as baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

/** Validates that a property is a UUID in text, of any version and either case. */
export const IsUuidText = () =>
  ValidatedBy((value) => (typeof value === 'string' && isUuid(value) ? null : FAULT), { format: 'uuid' });
