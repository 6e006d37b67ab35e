import type { SideDelta } from '../../completion.js';
import { AnswerText } from './answer-text.js';
import type { ChatChunk } from './chat-chunk.js';

/** Reads the reasoning and the tool calls of an answer. Their texts are bounded and storable, as the answer's is. */
export class SideDeltas {
  /** By the text that a piece belongs to: the reasoning, or the arguments of a call. */
  private readonly texts = new Map<string, AnswerText>();

  /** The pieces that a frame brings. */
  read({ reasoning, toolCalls = [] }: Pick<ChatChunk, 'reasoning' | 'toolCalls'>): SideDelta[] {
    const deltas: SideDelta[] = [];
    const text = this.clean('reasoning', reasoning);
    if (text !== '') deltas.push({ type: 'reasoning.delta', text });
    for (const call of toolCalls) {
      const json = this.clean(`call ${call.index}`, call.arguments);
      const [id, name] = [call.id, call.name].map((word) => word && storable(word));
      deltas.push({ ...call, id, name, arguments: json });
    }
    return deltas;
  }

  private clean(name: string, piece: string): string {
    if (piece === '') return '';
    const text = this.texts.get(name) ?? new AnswerText({ messages: [] });
    this.texts.set(name, text);
    return text.push(piece);
  }
}

/** PostgreSQL refuses NUL, and half a surrogate pair. */
function storable(word: string): string {
  return word.replaceAll('\0', '').toWellFormed();
}
