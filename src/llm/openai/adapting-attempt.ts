import type { Subscriber } from 'rxjs';
import type { TargetConfig } from '../../config/app-config.js';
import type { ModelFailure } from '../model-failure.js';
import { Attempt, type AttemptOptions } from './attempt.js';
import type { AttemptEvent } from './attempt-event.js';
import type { AttemptLimits } from './attempt-clock.js';
import type { ModelConnections } from './connection/model-connections.js';
import type { ChatRequest } from './request/chat-request.js';
import { toHttpRequest } from './request/http-request.js';
import type { LearnedParameters } from './request/learned-parameters.js';
import { asksForStream, type RefusedNames } from './request/request-body.js';
import { findRefusedParameter, isTrueOfOthers, type RefusedParameter } from './request/refused-parameter.js';

/** A server that refuses one parameter after the other is asked no more often than this beside the first time. */
const MAX_REPETITIONS = 6;

/** What servers answer with to a request that they understand and do not take. */
const REFUSING_STATUSES: readonly (number | undefined)[] = [400, 422];

export interface AdaptingAttemptOptions extends Omit<AttemptOptions, 'repeats'> {
  readonly target: TargetConfig;
  readonly request: ChatRequest;
  readonly connections: ModelConnections;
  readonly learned: LearnedParameters;
}

/**
 * An attempt at one target. Where the target refuses a parameter that the answer can do without, it is asked again at
 * once without it: that is no retry, and one attempt in all records.
 */
export class AdaptingAttempt {
  private attempt: Attempt | undefined;
  private status: number | undefined;
  private repetitions = 0;
  /** What was found refused; remembered once the target has answered without it. */
  private readonly found = new Map<string, RefusedParameter>();

  constructor(
    private readonly subscriber: Subscriber<AttemptEvent>,
    private readonly options: AdaptingAttemptOptions,
  ) {}

  ask(): void {
    const { target, connections, ...options } = this.options;
    const refused = this.refused();
    const httpRequest = toHttpRequest(target, options.request, refused);
    this.attempt = new Attempt(this.subscriber, {
      ...options,
      limits: limitsOf(target, options.limits, asksForStream(target, refused)),
      refusalOf: (status, headers, afterMs) => {
        this.status = status;
        if (status >= 200 && status <= 299) this.learn();
        return options.refusalOf(status, headers, afterMs);
      },
      repeats: (failure) => this.repeats(failure, httpRequest.body),
    });
    connections.dispatch(httpRequest, this.attempt);
  }

  /** Aborts it, unless the answer is complete. */
  unsubscribe(): void {
    this.attempt?.unsubscribe();
  }

  private refused(): RefusedNames {
    const { target, learned } = this.options;
    return new Set([...learned.refusedBy(target), ...this.found.keys()]);
  }

  private repeats({ code, said, quote = '' }: ModelFailure, body: string): boolean {
    if (code !== 'model_refused' || said === undefined || this.repetitions >= MAX_REPETITIONS) return false;
    if (!REFUSING_STATUSES.includes(this.status) && !REFUSING_STATUSES.includes(said.status)) return false;
    const { target, request, learned } = this.options;
    const refused = findRefusedParameter(said, quote, JSON.parse(body) as Record<string, unknown>);
    if (refused === null) {
      if (/\bsystem\b.{1,40}\brole|\brole\b.{1,40}\bsystem\b/i.test(quote))
        learned.adviseOnSystemRole(target);
      return false;
    }
    this.found.set(refused.name, refused);
    // The settings of the target may send it all the same.
    if (toHttpRequest(target, request, this.refused()).body === body) return false;
    this.repetitions++;
    this.ask();
    return true;
  }

  private learn(): void {
    const { target, request, learned } = this.options;
    const known = [...this.found.values()].filter((one) => isTrueOfOthers(one, request.parameters));
    learned.learn(
      target,
      known.map(({ name }) => name),
    );
  }
}

/** An answer that is no stream has its first byte at its end: only the time for the complete answer bounds it. */
function limitsOf(target: TargetConfig, limits: AttemptLimits, isStream: boolean): AttemptLimits {
  const firstTokenTimeoutMs = target.firstTokenTimeoutMs ?? limits.firstTokenTimeoutMs;
  return {
    connectTimeoutMs: target.connectTimeoutMs ?? limits.connectTimeoutMs,
    firstTokenTimeoutMs: isStream ? firstTokenTimeoutMs : Infinity,
    idleTimeoutMs: target.idleTimeoutMs ?? limits.idleTimeoutMs,
  };
}
