/** A mistake in what the caller typed; shown without a stack. */
export class UsageError extends Error {}
