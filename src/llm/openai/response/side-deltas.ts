import type { SideDelta } from '../../completion.js';
import { ToolCallReader } from '../calls/tool-call-reader.js';
import type { ChatChunk } from '../chunk/chat-chunk.js';
import { type AnswerRequest, AnswerText } from './answer-text.js';
import { beginningOf } from './beginning-of.js';

/** The reasoning of an answer is no longer, in UTF-16 units. */
export const MAX_SIDE_CHARS = 1_000_000;

type Said = Pick<ChatChunk, 'reasoning' | 'calls'> & Partial<Pick<ChatChunk, 'isMessage'>>;

/**
 * Reads the reasoning and the tool calls of an answer. Their texts are storable, as the answer's is. Reasoning without end is
 * cut, and the answer goes on; the calls have the bound of the answer's text.
 */
export class SideDeltas {
  readonly calls: ToolCallReader;
  private readonly reasoning = new AnswerText({ messages: [] });
  private room = MAX_SIDE_CHARS;

  constructor(request: AnswerRequest) {
    this.calls = new ToolCallReader(request);
  }

  /** The pieces that a frame brings, without what exceeds the bounds. */
  read({ reasoning, calls = [], isMessage = false }: Said): SideDelta[] {
    const text = reasoning === '' ? '' : this.take(this.reasoning.push(reasoning));
    const deltas: SideDelta[] = text === '' ? [] : [{ type: 'reasoning.delta', text }];
    return calls.length === 0 ? deltas : [...deltas, ...this.calls.read(calls, isMessage)];
  }

  private take(text: string): string {
    const kept = beginningOf(text, this.room);
    this.room = kept === text ? this.room - kept.length : 0;
    return kept;
  }
}
