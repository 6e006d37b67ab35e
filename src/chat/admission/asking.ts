import type { CallingClient } from '../../auth/calling-client.js';
import type { TraceHeaders } from '../../common/http/trace-headers.js';
import { newId } from '../../common/uuid.js';
import { ownContextOf, sentContextOf } from '../domain/own-context.js';
import type { TurnRequest } from '../domain/turn-request.js';
import type { Instructions } from '../prompting/instructions.js';
import type { JoinedConversation, NewTurn } from '../turn/new-turn.js';

/** Who asks what, and as a repetition of what. */
export interface Asking {
  readonly client: CallingClient;
  readonly request: TurnRequest;
  readonly requestHash: Buffer;
  readonly idempotencyKey?: string;
  /** The process that will answer. */
  readonly owner: string;
  /** For how long after its delivery an answer is given again to the same question. */
  readonly deliveredMs: number;
  /** For how long after its end an answer is given to the same question if its readers had left before. */
  readonly missedMs: number;
  /** Aborted when the connection of the caller has ended. */
  readonly disconnected?: AbortSignal;
  /** What the model server is sent beside the question. */
  readonly trace?: TraceHeaders;
}

/** The instructions of a turn, and the template that they are of; null: of none. */
export interface ChosenPrompt {
  readonly instructions: Instructions;
  readonly name: string | null;
  readonly version: number | null;
}

/** The row of the turn that answers. */
export function toNewTurn(
  asking: Asking,
  { model, prompt, leaseMs }: { model: string; prompt: ChosenPrompt; leaseMs: number },
): NewTurn {
  const { client, request, requestHash, idempotencyKey, owner } = asking;
  return {
    clientId: client.id,
    variant: request.wire.name,
    endUser: request.endUser ?? null,
    question: request.question,
    model,
    promptName: prompt.name,
    promptVersion: prompt.version,
    ownContext: ownContextOf(request),
    sentContext: sentContextOf(request),
    wireRequest: request.wireRequest ?? null,
    leaseMs,
    requestHash,
    idempotencyKey: idempotencyKey ?? null,
    owner,
  };
}

/** The conversation that the turn is to join, under a name of its own where the caller gave none. */
export function joinedConversation({ conversation }: TurnRequest): JoinedConversation | undefined {
  if (!conversation) return undefined;
  return { externalId: conversation.externalId ?? newId(), name: conversation.name };
}
