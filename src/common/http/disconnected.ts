import type { Response } from 'express';

/** Without a reason of its own, each abort makes an exception with a stack. */
const LEFT = new Error('The caller left.');

/**
 * A signal that is aborted when the caller's connection ends. It listens to the response: the `close` of a POST
 * request comes as soon as its body was read.
 */
export function disconnection(response: Response): AbortSignal {
  const controller = new AbortController();
  if (response.destroyed) controller.abort(LEFT);
  else response.once('close', () => controller.abort(LEFT));
  return controller.signal;
}
