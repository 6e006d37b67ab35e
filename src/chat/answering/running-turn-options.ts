import type { Observable } from 'rxjs';
import type { Usage } from '../../llm/completion.js';
import type { EventLog } from '../turn/event-log.js';
import type { RecordedEnd, TurnEnd } from '../turn/turn-end.js';
import type { GenerationEvent } from './generation-event.js';
import type { ObservedTurn } from './turn-observer.js';

/** What a running turn asks of the parts around it. */
export interface RunningTurnOptions extends ObservedTurn {
  /** Emits what the model and the search produce; its last event is terminal. Unsubscribing aborts the model. */
  readonly generation$: Observable<GenerationEvent>;
  /** Takes each event before the terminal one, and stores it soon. */
  readonly log: Pick<EventLog, 'append' | 'stored'>;
  /** Stores the end. Never rejects. */
  readonly record: (end: TurnEnd) => Promise<RecordedEnd>;
  /** Hears when the last reader has left, and when one is there again. */
  readonly onReaders: (areThere: boolean) => void;
  /** Whether the turn has a reader on another replica. Never rejects. */
  readonly isReadElsewhere: () => Promise<boolean>;
  /** Hears how large the prompt is, for the record of a turn whose owner dies. */
  readonly onPrompt: (inputTokens: number) => void;
  /** Estimates the usage of a turn that ended before the model counted, by what it wrote. */
  readonly estimateUsage: (written: string) => Usage;
  /** How long it runs on without a reader, from the start on. */
  readonly disconnectGraceMs: number;
}
