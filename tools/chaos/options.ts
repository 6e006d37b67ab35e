import { parseArgs } from 'node:util';

export interface Options {
  readonly seed: string;
  readonly seconds: number;
  readonly clients: number;
  /** Of the model's calls, how many fail: 0 to 1. */
  readonly modelFaults: number;
  /** Whether commits may be lost, to see that the checker finds them. */
  readonly isControl: boolean;
  /** Keeps the logs of a run without findings too. */
  readonly keeps: boolean;
}

export const USAGE = `npm run chaos -- [options]
  --seed <text>        of all that is left to chance (default: the time)
  --seconds <number>   for how long questions are asked and things are done to the service (default 90)
  --clients <number>   who ask at once (default 40)
  --faults <0..1>      share of model calls that fail (default 0.15)
  --control            with a PostgreSQL that loses commits: succeeds when the checker finds lost answers
  --keep               keep the logs in any case`;

/** @throws Error for options that there are not */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: String(Date.now()) },
      seconds: { type: 'string' },
      clients: { type: 'string', default: '40' },
      faults: { type: 'string', default: '0.15' },
      control: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
    },
  });
  return {
    seed: values.seed,
    seconds: toNumber('seconds', values.seconds ?? (values.control ? '45' : '90')),
    clients: toNumber('clients', values.clients),
    modelFaults: toNumber('faults', values.faults),
    isControl: values.control,
    keeps: values.keep,
  };
}

function toNumber(name: string, value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number < 0)
    throw new Error(`--${name} must be a number`);
  return number;
}
