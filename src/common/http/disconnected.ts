import type { Response } from 'express';

/**
 * A signal that is aborted when the caller's connection ends. It listens to the response: the `close` of a POST
 * request comes as soon as its body was read.
 */
export function disconnection(response: Response): AbortSignal {
  const controller = new AbortController();
  if (response.destroyed) controller.abort();
  else response.once('close', () => controller.abort());
  return controller.signal;
}
