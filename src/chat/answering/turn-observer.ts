import type { TurnOutcome } from '../domain/turn-outcome.js';

/** A turn, as observers know it. */
export interface ObservedTurn {
  readonly id: string;
  /** The name of its wire. */
  readonly wire: string;
  readonly model: string;
}

/** How an observed turn ended. Times are whole milliseconds since its start. */
export interface ObservedEnd {
  readonly status: TurnOutcome['status'];
  readonly durationMs: number;
  /** Until the first text; absent: there was none. */
  readonly firstTokenMs?: number;
}

/**
 * Follows the turns that this process answers, for metrics, logs and the like. It is called while answers stream, so it
 * must not wait. What it throws is logged, and changes no answer.
 */
export interface TurnObserver {
  /** The turn is stored, and its first event is out. */
  started(turn: ObservedTurn): void;
  /** @param afterMs whole milliseconds from the start of the turn to its first text */
  firstToken(turn: ObservedTurn, afterMs: number): void;
  /** Its readers have its terminal event. Called once for each turn that was started. */
  ended(turn: ObservedTurn, end: ObservedEnd): void;
}

/** The token under which the observers of all turns are injected: `@Inject(TURN_OBSERVERS) observers: readonly TurnObserver[]`. */
export const TURN_OBSERVERS = Symbol('TurnObservers');
