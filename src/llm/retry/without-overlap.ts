import { defer, mergeMap, type MonoTypeOperatorFunction } from 'rxjs';
import type { AttemptEvent } from '../openai/attempt-event.js';
import { OverlapRemover } from './overlap.js';

/**
 * Removes what a continuation repeats of the end of `kept`, as {@link OverlapRemover}. When the attempt fails,
 * what was still held back is dropped with it: no reader has it.
 */
export function withoutOverlap(kept: string): MonoTypeOperatorFunction<AttemptEvent> {
  return (said$) =>
    defer(() => {
      const overlap = new OverlapRemover(kept);
      return said$.pipe(
        mergeMap((event) => {
          if (overlap.isDone || isSideDelta(event)) return [event];
          const text = event.type === 'text.delta' ? overlap.push(event.text) : overlap.end();
          const delta: AttemptEvent[] = text === '' ? [] : [{ type: 'text.delta', text }];
          return event.type === 'text.delta' ? delta : [...delta, event];
        }),
      );
    });
}

function isSideDelta({ type }: AttemptEvent): boolean {
  return type === 'reasoning.delta' || type === 'tool_call.delta';
}
