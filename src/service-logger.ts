import { ConsoleLogger, type LogLevel } from '@nestjs/common';

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

/** Lines for people on a terminal, JSON everywhere else; the framework's own chatter at `debug`. */
export class ServiceLogger extends ConsoleLogger {
  constructor(logLevels: LogLevel[]) {
    super({ json: !process.stdout.isTTY, logLevels });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (FRAMEWORK_CONTEXTS.has(rest.at(-1))) this.debug(message, ...rest);
    else super.log(message, ...rest);
  }

  override error(message: unknown, ...rest: unknown[]): void {
    if (FAILED_START_CONTEXTS.has(rest.at(-1))) this.debug(message, ...rest);
    else super.error(message, ...rest);
  }
}
