import type { SideDelta, ToolCallDelta } from '../../completion.js';
import { AnswerText } from './answer-text.js';
import type { ChatChunk } from '../chunk/chat-chunk.js';

/** All reasoning and tool calls of an answer together are no longer, in UTF-16 units: ids, names and arguments count. */
export const MAX_SIDE_CHARS = 1_000_000;

/** Reads the reasoning and the tool calls of an answer. Their texts are storable, as the answer's is, and have one bound. */
export class SideDeltas {
  /** By the text that a piece belongs to: the reasoning, or the arguments of a call. */
  private readonly texts = new Map<string, AnswerText>();
  private room = MAX_SIDE_CHARS;

  /** The pieces that a frame brings, without what exceeds the bound. */
  read({ reasoning, toolCalls = [] }: Pick<ChatChunk, 'reasoning' | 'toolCalls'>): SideDelta[] {
    const deltas: SideDelta[] = [];
    const text = this.clean('reasoning', reasoning);
    if (text !== '') deltas.push({ type: 'reasoning.delta', text });
    for (const call of toolCalls) {
      const delta = this.readCall(call);
      if (delta.id === undefined && delta.name === undefined && delta.arguments === '') continue;
      deltas.push(delta);
    }
    return deltas;
  }

  private readCall({ type, index, ...call }: ToolCallDelta): ToolCallDelta {
    const [id, name] = [this.word(call.id), this.word(call.name)];
    return { type, index, id, name, arguments: this.clean(`call ${index}`, call.arguments) };
  }

  /** PostgreSQL refuses NUL, and half a surrogate pair. A part of an id or a name would name something else. */
  private word(word = ''): string | undefined {
    const storable = word.replaceAll('\0', '').toWellFormed();
    if (storable === '') return undefined;
    return this.take(storable) === storable ? storable : undefined;
  }

  private clean(name: string, piece: string): string {
    if (piece === '' || this.room === 0) return '';
    const text = this.texts.get(name) ?? new AnswerText({ messages: [] });
    this.texts.set(name, text);
    return this.take(text.push(piece));
  }

  /** The part of a well-formed text for which there is room. After a cut there is none. */
  private take(text: string): string {
    const { room } = this;
    this.room = text.length > room ? 0 : room - text.length;
    const isWithinPair = text.length > room && !text.slice(0, room).isWellFormed();
    return text.slice(0, isWithinPair ? room - 1 : room);
  }
}
