import type { Behaviour, Step } from '../../../test/support/model/model-server.exchange.js';
import {
  resetBeforeHeaders,
  silenceAfterHeaders,
  status,
} from '../../../test/support/model/model-server.faults.js';
import { end, event, hangUp, reset, silence } from '../../../test/support/model/model-server.steps.js';
import type { Random } from '../random.js';

/** What goes wrong with a call: in place of an answer, or in its middle. */
export type Fault =
  | { readonly name: string; readonly inPlace: Behaviour }
  | { readonly name: string; readonly inTheMiddle: readonly Step[] };

const serverError = { error: { message: 'out of memory', type: 'server_error' } };
const badRequest = { error: { message: 'no such parameter', type: 'invalid_request_error' } };

const FAULTS: readonly (readonly [weight: number, fault: Fault])[] = [
  [3, { name: 'reset', inPlace: resetBeforeHeaders() }],
  [3, { name: '500', inPlace: status(500, serverError) }],
  [2, { name: '503', inPlace: status(503, serverError, { 'retry-after': '1' }) }],
  [2, { name: '429', inPlace: status(429, serverError, { 'retry-after': '0' }) }],
  [1, { name: '400', inPlace: status(400, badRequest) }],
  [1, { name: 'stall before the first token', inPlace: silenceAfterHeaders() }],
  [5, { name: 'reset in the middle', inTheMiddle: [reset()] }],
  [5, { name: 'hang up in the middle', inTheMiddle: [hangUp()] }],
  [4, { name: 'truncation', inTheMiddle: [end()] }],
  [3, { name: 'stall in the middle', inTheMiddle: [silence()] }],
  [4, { name: 'error frame', inTheMiddle: [event(serverError), end()] }],
];

export function pickFault(random: Random): Fault {
  return random.pick(FAULTS);
}
