import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import { logLevelsFrom } from '../config/log-levels.js';
import { describeError } from '../common/errors/describe-error.js';

/** What the framework says about itself at each start; of interest only when looking for a fault in it. */
const FRAMEWORK_CONTEXTS: ReadonlySet<unknown> = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
]);

/** What it says of a start that failed, with stacks; `main` says the same in words. */
const FAILED_START_CONTEXTS: ReadonlySet<unknown> = new Set([
  'ExceptionHandler',
  'NestApplication',
  'TypeOrmModule',
]);

type JsonOptions = Parameters<ConsoleLogger['getJsonLogObject']>[1];

/** What an entry has beside its level, time, process and context. */
interface Said {
  readonly message: string;
  readonly [name: string]: unknown;
}

/**
 * Lines for people on a terminal, JSON everywhere else; the framework's own chatter at `debug`. Every JSON entry has
 * `level`, `timestamp` (ms since 1970), `pid`, `context` and `message`, a string; further fields of an entry are beside
 * these, under names of their own. An error is named and placed but not quoted: see `describeError`.
 */
export class ServiceLogger extends ConsoleLogger {
  /** @param lowest the lowest level that is written */
  constructor(lowest: LogLevel) {
    super({ json: !process.stdout.isTTY, logLevels: logLevelsFrom(lowest) });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (FRAMEWORK_CONTEXTS.has(rest.at(-1))) this.debug(message, ...rest);
    else super.log(message, ...rest);
  }

  override error(message: unknown, ...rest: unknown[]): void {
    if (FAILED_START_CONTEXTS.has(rest.at(-1))) this.debug(message, ...rest);
    else super.error(message, ...rest);
  }

  protected override getJsonLogObject(message: unknown, options: JsonOptions) {
    const { logLevel, context, error } = options;
    const { message: text, ...rest } = toSaid(message === error?.message ? error : message);
    const more: Readonly<Record<string, unknown>> = error ? { ...rest, error: describeError(error) } : rest;
    const [level, timestamp, { pid }] = [logLevel, Date.now(), process];
    return { level, timestamp, pid, context: context || 'Service', message: text, ...more };
  }

  protected override stringifyMessage(message: unknown, logLevel: LogLevel): string {
    if (typeof message === 'string') return super.stringifyMessage(message, logLevel);
    const { message: text, ...rest } = toSaid(message);
    const members = Object.entries(rest).map(([name, value]) => `${name}=${toText(value)}`);
    return super.stringifyMessage([text, ...members].join(' '), logLevel);
  }
}

function toSaid(message: unknown): Said {
  if (message instanceof Error) return { message: 'An error happened', error: describeError(message) };
  if (typeof message !== 'object' || message === null) return { message: toText(message) };
  const { message: text = '', ...rest } = message as Readonly<Record<string, unknown>>;
  return { ...rest, message: toText(text) };
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
