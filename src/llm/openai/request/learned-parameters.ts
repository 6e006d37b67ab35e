import { Logger } from '@nestjs/common';
import type { TargetConfig } from '../../../config/app-config.js';

/**
 * What targets were found not to take, while this process runs: names of parameters, so a few for each target. It forgets
 * them at the next start, when the server may be a newer one.
 */
export class LearnedParameters {
  private readonly logger = new Logger(LearnedParameters.name);
  private readonly advised = new WeakSet<TargetConfig>();
  private readonly refused = new WeakMap<TargetConfig, Set<string>>();

  /** The names that the target does not take. */
  refusedBy(target: TargetConfig): ReadonlySet<string> {
    return this.namesOf(target);
  }

  /** Remembers names; the log says so once for each. */
  learn(target: TargetConfig, names: Iterable<string>): void {
    const known = this.namesOf(target);
    for (const name of names) {
      if (known.has(name)) continue;
      known.add(name);
      this.logger.log(
        `${labelOf(target)} does not take ${name}: it is no longer sent there. ` +
          `In the file of models, ${settingFor(name)} saves the refused request after each start`,
      );
    }
  }

  /** Says once which setting helps a target whose template has no system role. */
  adviseOnSystemRole(target: TargetConfig): void {
    if (this.advised.has(target)) return;
    this.advised.add(target);
    this.logger.warn(
      `${labelOf(target)} refuses the system role. In the file of models, "system_role: user" sends system messages as ` +
        'part of the first message of the user',
    );
  }

  private namesOf(target: TargetConfig): Set<string> {
    const names = this.refused.get(target) ?? new Set();
    this.refused.set(target, names);
    return names;
  }
}

function labelOf({ baseUrl, model }: TargetConfig): string {
  return `${new URL(baseUrl).host}/${model}`;
}

function settingFor(name: string): string {
  if (name === 'stream' || name === 'stream_options') return `"${name}: false"`;
  const sent = name === 'max_tokens' ? 'max_completion_tokens' : 'drop';
  return `"parameters: {${name}: ${sent}}"`;
}
