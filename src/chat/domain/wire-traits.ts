/** The token under which the traits of all wires are injected: `@Inject(WIRE_TRAITS) wires: readonly WireTraits[]`. */
export const WIRE_TRAITS = Symbol('WireTraits');

/**
 * What the core asks of a wire. The core never asks a wire's name: everything else about a wire is inside its folder.
 */
export interface WireTraits {
  /** Stored with each turn, and shown in receipts and exports: 1 to 20 characters, never changed after a release. */
  readonly name: string;
  /**
   * Whether its readers can be asked to drop what they have (RETRYING). Then a failed attempt voids the text and the
   * reasoning since the last commit; else the reader keeps all that was sent, and the next attempt continues the text.
   */
  readonly canVoid: boolean;
  /** Whether its readers take an answer in several messages (BREAK). Then the client's settings say where it is cut. */
  readonly cutsMessages: boolean;
  /**
   * Whether its callers keep the messages of a dialogue, and the model gets them as sent. Then a caller that sends the
   * same messages again wants another answer; else the service gives again the answer that the caller may have missed.
   */
  readonly keepsMessages: boolean;
  /**
   * Whether a reader whose connection has ended can come back to its turn without an `Idempotency-Key`. Then the turn goes on
   * for `DISCONNECT_GRACE_MS`; else it ends with its last reader, unless its question has a key.
   */
  readonly readersReturn: boolean;
  /**
   * Whether its callers ask again by themselves when a model server has a limit of requests, after the time that it names. Then
   * they get its 429, and the service waits for it no longer than for a status.
   */
  readonly callersRepeat: boolean;
}
