import type { Server } from 'node:http';
import { leaveContinueToReader } from './body/unread-body.js';
import { answerUnreadableRequests } from './body/unreadable-request.js';

/** nginx and cloud balancers keep idle connections for 60 s: closed by the service first, a request may be lost. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

/** For the head of a request, and for all of it: a body that never comes would hold memory for as long. */
const REQUEST_TIMEOUT_MS = 15_000;

/** Node looks for requests that take too long every 30 s, unless another interval is set before the server listens. */
const CHECK_REQUESTS_EVERY_MS = 1_000;

/** Sets the times of a server that does not listen yet, and what answers requests that reach no middleware. */
export function setUpServer(server: Server): void {
  const times = {
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    headersTimeout: REQUEST_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_REQUESTS_EVERY_MS,
  };
  Object.assign(server, times);
  answerUnreadableRequests(server);
  leaveContinueToReader(server);
}
