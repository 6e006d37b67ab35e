import type { CallingClient } from '../../auth/calling-client.js';
import type { TraceHeaders } from '../../common/http/trace-headers.js';
import type { TurnRequest } from '../domain/turn-request.js';
import type { Instructions } from '../prompting/instructions.js';
import type { Admission } from '../admission/turn-limits.js';

/** Everything that answering needs, settled before the turn was accepted. */
export interface GenerationPlan {
  readonly client: CallingClient;
  readonly request: TurnRequest;
  /** What the model server is sent beside the question. */
  readonly trace?: TraceHeaders;
  readonly instructions: Instructions;
  readonly model: { readonly name: string; readonly contextTokens: number; readonly builtin: boolean };
  /** Whether passages are searched for. */
  readonly retrieves: boolean;
  /** The row of the turn's conversation; null: none. */
  readonly conversationId: string | null;
  /** Released when the generation ends, however it ends. */
  readonly admission: Admission;
  /** Whether a reader that has left can come back: its turn waits for it. */
  readonly mayBeReadAgain: boolean;
}
