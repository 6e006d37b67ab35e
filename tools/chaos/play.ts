import { Caller } from './callers/caller.js';
import type { History } from './history.js';
import { Nemesis } from './nemesis.js';
import type { Options } from './options.js';
import { Random } from './random.js';
import { TIMES } from './settings.js';
import type { Stage } from './stage/stage.js';

/** Lets callers ask while the nemesis breaks what they depend on; ends when each caller has heard of its last end. */
export async function play(stage: Stage, history: History, options: Options): Promise<void> {
  const random = new Random(options.seed);
  const endAt = Date.now() + options.seconds * 1_000;
  const givingUp = new AbortController();
  const around = { url: stage.url, history, givingUp: givingUp.signal };
  const callers = Array.from({ length: options.clients }, (_, index) => {
    const name = `caller${index + 1}`;
    return new Caller(name, random.fork(name), around).run(endAt);
  });
  const nemesis = new Nemesis(stage, history, {
    random: random.fork('nemesis'),
    postgresWeight: options.isControl ? 10 : 3,
  });
  await nemesis.run(endAt);
  // From here on nothing happens any more: a caller without an end now never gets one.
  const giveUp = setTimeout(() => givingUp.abort(), Math.max(0, endAt - Date.now()) + TIMES.lastAnswersMs);
  await Promise.all(callers);
  clearTimeout(giveUp);
}
