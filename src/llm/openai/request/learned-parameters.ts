import { Logger } from '@nestjs/common';
import type { TargetConfig } from '../../../config/app-config.js';

/** How long it is believed, in milliseconds: the server may be repaired, or become a newer one. */
const BELIEVED_MS = 3_600_000;

/**
 * What targets were found not to take: names of parameters of a closed list, so a few for each target. Each is tried again
 * after an hour, and after the next start.
 */
export class LearnedParameters {
  private readonly logger = new Logger(LearnedParameters.name);
  private readonly advised = new WeakSet<TargetConfig>();
  /** By name, until when it is believed; also of those no longer believed, which the log has named. */
  private readonly refused = new WeakMap<TargetConfig, Map<string, number>>();

  /** @param now monotonic milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** The names that the target does not take. */
  refusedBy(target: TargetConfig): ReadonlySet<string> {
    const now = this.now();
    return new Set([...this.namesOf(target)].filter(([, endsAt]) => now < endsAt).map(([name]) => name));
  }

  /** Remembers names for an hour; the log says so once for each. */
  learn(target: TargetConfig, names: Iterable<string>): void {
    const known = this.namesOf(target);
    for (const name of names) {
      const isNews = !known.has(name);
      known.set(name, this.now() + BELIEVED_MS);
      if (!isNews) continue;
      this.logger.log(
        `${labelOf(target)} does not take ${name}: it is not sent there for an hour at a time. ` +
          `In the file of models, ${settingFor(name)} saves the refused requests`,
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

  private namesOf(target: TargetConfig): Map<string, number> {
    const names = this.refused.get(target) ?? new Map<string, number>();
    this.refused.set(target, names);
    return names;
  }
}

/** Host and upstream model: what the log calls a target. */
export function labelOf({ baseUrl, model }: TargetConfig): string {
  return `${new URL(baseUrl).host}/${model}`;
}

function settingFor(name: string): string {
  if (name === 'stream' || name === 'stream_options') return `"${name}: false"`;
  const sent = name === 'max_tokens' ? 'max_completion_tokens' : 'drop';
  return `"parameters: {${name}: ${sent}}"`;
}
