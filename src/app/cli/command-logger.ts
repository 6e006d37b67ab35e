import { ConsoleLogger, type LogLevel } from '@nestjs/common';

/** Warnings of a command, on standard error: its standard output is what it was asked for, such as a key. */
export class CommandLogger extends ConsoleLogger {
  constructor() {
    super({ logLevels: ['fatal', 'warn'] });
  }

  protected override printMessages(messages: unknown[], context?: string, logLevel?: LogLevel): void {
    super.printMessages(messages, context, logLevel, 'stderr');
  }
}
