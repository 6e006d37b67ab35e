import type { Logger } from '@nestjs/common';
import { ERROR_CODES } from '../../common/errors/error-codes.js';
import type { AppConfig, TargetConfig } from '../../config/app-config.js';
import type { ModelFailure } from '../model-failure.js';
import type { Timing } from '../retry/timing.js';
import { Target } from './target.js';

/** What the log says of the targets of a model; `model` names it: `Model "qwen3"`. */
export class TargetLog {
  constructor(private readonly logger: Logger) {}

  /** Of a target that is taken out of service, or is back. */
  noteChange(label: string, isOut: boolean): void {
    if (isOut) this.logger.warn(`Target ${label} is taken out of service: most of its answers fail`);
    else this.logger.log(`Target ${label} is back in service`);
  }

  noteWait(model: string, { host, recoveryWaitMs }: Target): void {
    const seconds = recoveryWaitMs / 1_000;
    this.logger.warn(
      `${model} at ${host}: waits for the server, for up to ${seconds} s (LLM_RECOVERY_WAIT_MS)`,
    );
  }

  /** @param target absent: none took the request */
  noteFailure(model: string, { code, message, quote }: ModelFailure, target?: Target): void {
    const at = target === undefined ? '' : ` at ${target.host}`;
    this.logger[ERROR_CODES[code].logLevel](`${model}${at}: ${code}: ${message}`);
    if (quote) this.logger.debug({ message: `What the server${at} said of it`, quote });
  }
}

/** A target with the limits of the service. */
export function makeTarget(
  target: TargetConfig,
  { llm, clientSharePercent }: AppConfig,
  { timing, log }: { readonly timing: Timing; readonly log: TargetLog },
): Target {
  return new Target({
    config: target,
    maxInFlight: llm.maxInFlight,
    clientSharePercent,
    timing,
    recovery: { waitMs: llm.recoveryWaitMs, firstWaitMs: llm.firstRecoveryWaitMs },
    onChange: (label, isOut) => log.noteChange(label, isOut),
  });
}
