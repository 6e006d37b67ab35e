import { Injectable } from '@nestjs/common';
import { Observable } from 'rxjs';
import type { TargetConfig } from '../../config/app-config.js';
import type { ModelFailure } from '../model-failure.js';
import { Attempt } from '../openai/attempt.js';
import type { Attempt$, AttemptEvent, AttemptRun } from '../openai/attempt-event.js';
import { ModelConnections } from '../openai/connection/model-connections.js';
import { secretsOf, toConfidential } from '../openai/refusal/quote-for-log.js';
import { refusalOf } from '../openai/refusal/refusal.js';
import {
  countInputs,
  type EmbeddingRequest,
  estimateInputs,
  mostAnswerBytes,
  toEmbeddingHttpRequest,
  toSecretRequest,
} from './embedding-request.js';
import { VectorBody } from './vector-body.js';
import type { VectorAnswer } from './vector-answer.js';

/** The frame of an attempt, and where its vectors go. */
export interface EmbeddingRun extends AttemptRun {
  /** Called while an answer comes, with its bytes so far. @throws AppError when there is no room for more */
  readonly onBytes?: (bytes: number) => void;
  /** Called before the attempt's `finish`. */
  readonly onVectors: (vectors: VectorAnswer) => void;
}

/** What a server says that knows no Base64, where the status does not say that it refuses the request. */
const NO_BASE64 = /encoding_?format|base64/i;

/** Asks servers for vectors, by OpenAI's protocol. */
@Injectable()
export class EmbeddingClient {
  /** Those that were found to refuse Base64, which client libraries ask for by default. */
  private readonly withoutBase64 = new WeakSet<TargetConfig>();

  constructor(private readonly connections: ModelConnections) {}

  /** One attempt. A server that refuses Base64 is asked again at once for numbers, which this service translates. */
  attempt(target: TargetConfig, request: EmbeddingRequest, run: EmbeddingRun): Attempt$ {
    return new Observable<AttemptEvent>((subscriber) => {
      let attempt: Attempt | undefined;
      const ask = (asksForBase64: boolean, onVectors = run.onVectors) => {
        const body = toBody(target, request, { ...run, onVectors });
        attempt = new Attempt(subscriber, {
          ...run,
          // The answer has its first byte when all vectors are made: only the time for the complete answer bounds it.
          limits: { ...run.limits, firstTokenTimeoutMs: Infinity },
          refusalOf: (status, headers, afterMs) =>
            refusalOf(status, headers, { target, request: toSecretRequest(request), afterMs }),
          answerFrom: () => body,
          repeats: (failure) => {
            if (!asksForBase64 || !(body.isEmptyList || mayRefuseBase64(failure))) return false;
            ask(false, (vectors) => {
              this.withoutBase64.add(target);
              run.onVectors(vectors);
            });
            return true;
          },
        });
        this.connections.dispatch(toEmbeddingHttpRequest(target, request, asksForBase64), attempt);
      };
      ask(request.format === 'base64' && !this.withoutBase64.has(target));
      return () => attempt?.unsubscribe();
    });
  }
}

function mayRefuseBase64({ code, said }: ModelFailure): boolean {
  return code === 'model_refused' || NO_BASE64.test(said?.message ?? '');
}

function toBody(target: TargetConfig, request: EmbeddingRequest, run: EmbeddingRun): VectorBody {
  const { inputs } = request;
  return new VectorBody({
    count: countInputs(inputs),
    estimatedTokens: estimateInputs(inputs),
    maxBytes: mostAnswerBytes(request),
    confidential: () => toConfidential({ ...toSecretRequest(request), secrets: secretsOf(target) }),
    onBytes: run.onBytes,
    onVectors: run.onVectors,
  });
}
