import { type Behaviour, script, type Step } from '../model/model-server.exchange.js';
import { chunk } from '../model/model-server.frames.js';
import { done, end, event, finish, head, role } from '../model/model-server.steps.js';

export interface Call {
  readonly name: string;
  /** The arguments, in pieces. */
  readonly pieces: readonly string[];
  readonly id?: string;
}

/** The steps of a model server that calls tools, one after the other. */
export function callSteps(calls: readonly Call[]): Step[] {
  return calls.flatMap(({ name, pieces, id = `call_${name}` }, index) => [
    event(chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] })),
    ...pieces.map((piece) => event(chunk({ tool_calls: [{ index, function: { arguments: piece } }] }))),
  ]);
}

/** An answer that ends with calls. */
export function calling(calls: readonly Call[], ...before: readonly Step[]): Behaviour {
  return script(head(), role(), ...before, ...callSteps(calls), finish('tool_calls'), done(), end());
}
