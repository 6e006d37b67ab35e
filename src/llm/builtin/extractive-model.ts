import { Injectable } from '@nestjs/common';
import { Observable } from 'rxjs';
import { sentencesOf } from '../../common/text/sentences.js';
import { estimateTokens } from '../../common/text/token-estimate.js';
import { inSlices } from '../../common/work/time-slices.js';
import type { Completion$, CompletionEvent, CompletionRequest } from '../completion.js';
import { estimateWithoutFormat } from '../prompt/prompt-tokens.js';
import { extractAnswer } from './extractive-answer.js';
import { withinTokens } from './within-tokens.js';

/** The model of a service without a model server: quotes the passages that it is given. */
@Injectable()
export class ExtractiveModel {
  /** The answer, sentence by sentence. Never fails; the same request has the same answer. */
  answer(request: CompletionRequest): Completion$ {
    return new Observable<CompletionEvent>((subscriber) => {
      const startedAt = performance.now();
      let pending: NodeJS.Immediate;
      const emitNext = (events: Iterator<CompletionEvent, undefined>) => {
        const { value, done } = events.next();
        if (done) {
          subscriber.complete();
          return;
        }
        subscriber.next(value);
        // Not all at once: between two deltas others have their turn, and an unsubscribe is noticed.
        if (!subscriber.closed) pending = setImmediate(emitNext, events);
      };
      const { question, passages } = request;
      inSlices(extractAnswer(question, passages)).then(
        (answer) => {
          if (!subscriber.closed) emitNext(eventsOf(request, { answer, startedAt }));
        },
        (error: unknown) => subscriber.error(error),
      );
      return () => clearImmediate(pending);
    });
  }
}

function* eventsOf(
  request: CompletionRequest,
  { answer: whole, startedAt }: { readonly answer: string; readonly startedAt: number },
): Generator<CompletionEvent, undefined> {
  const { maxTokens } = request;
  const text = maxTokens === undefined ? whole : withinTokens(whole, maxTokens);
  const firstTokenMs = text === '' ? undefined : Math.round(performance.now() - startedAt);
  for (const sentence of sentencesOf(text)) yield { type: 'text.delta', text: sentence };
  yield {
    type: 'finish',
    finishReason: text.length < whole.length ? 'length' : 'stop',
    usage: {
      inputTokens: estimateWithoutFormat(request),
      outputTokens: estimateTokens(text),
    },
    attempt: {
      target: 'builtin',
      outcome: 'answered',
      durationMs: Math.round(performance.now() - startedAt),
      firstTokenMs,
    },
  };
}
