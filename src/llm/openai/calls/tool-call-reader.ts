import { randomUUID } from 'node:crypto';
import type { ExtraContent, ToolCallDelta } from '../../completion.js';
import type { CallPiece } from '../chunk/tool-calls.js';
import { type AnswerRequest, maxCharsOf } from '../response/answer-text.js';
import { beginningOf } from '../response/beginning-of.js';
import { offeredTools } from './offered-tools.js';
import { OpenCall } from './open-call.js';

/** More calls than any model makes at once: beyond them it repeats itself. */
const MAX_TOOL_CALLS = 128;

/** What PostgreSQL does not store in jsonb: NUL, and half a surrogate pair, which `JSON.stringify` escapes. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/i;

/**
 * Reads the calls of an answer from the pieces of any server, and reports them in one form: a call begins with its id and its
 * name, its number is its place from 0, and arguments follow. A begin is reported with the first arguments: until then a
 * name may go on. Where the caller takes no calls, there are none.
 */
export class ToolCallReader {
  /** Whether a call was cut off, or left out, because there was no more room. */
  isFull = false;
  private readonly calls: OpenCall[] = [];
  private readonly offered: ReadonlySet<unknown> | null;
  /** The ids of the calls that have been reported. */
  private readonly reportedIds = new Set<string>();
  private room: number;

  constructor(request: AnswerRequest) {
    this.offered = offeredTools(request);
    this.room = maxCharsOf(request);
  }

  /** Whether there is no call, so far, that has a name. */
  get isEmpty(): boolean {
    return this.calls.every(({ name }) => name === '');
  }

  /** Whether the arguments of each call are complete JSON; a call without arguments is complete, too. */
  get isComplete(): boolean {
    return this.calls.every((call) => call.json.trim() === '' || call.isComplete);
  }

  /** What the model wrote of them, to estimate its tokens. */
  get written(): string {
    return this.calls.map(({ name, json }) => name + json).join('');
  }

  /** @param isMessage whether the pieces are those of a complete message, which has each call once */
  read(pieces: readonly CallPiece[], isMessage: boolean): ToolCallDelta[] {
    if (!this.offered) return [];
    const deltas: ToolCallDelta[] = [];
    for (const [place, piece] of pieces.entries()) {
      // Of a list without numbers, each name is that of another call.
      const isListed = isMessage || (place > 0 && piece.index === undefined);
      const known = isListed && piece.name !== '' ? undefined : this.findCall(piece);
      if (!known) deltas.push(...this.reportHeld());
      const call = known ?? this.open(piece);
      if (!call) break;
      this.add(call, piece);
      if (call.json !== '' || call.index !== undefined) deltas.push(...this.report(call));
    }
    return deltas;
  }

  /**
   * What is left to report at the end of the answer.
   * @param isWhole whether the model ended it. Then a call without arguments has `{}`, which clients parse, as OpenAI gives it
   */
  end(isWhole: boolean): ToolCallDelta[] {
    return this.calls.flatMap((call) => {
      call.addArguments(this.take(call.rest()));
      if (isWhole && !this.isFull && call.json.trim() === '') call.addArguments('{}');
      return this.report(call);
    });
  }

  /** The call that a piece belongs to; undefined: it begins one. */
  private findCall(piece: CallPiece): OpenCall | undefined {
    const known = this.find(piece);
    return known && !this.beginsAnother(known, piece) ? known : undefined;
  }

  /** The call that a piece may belong to: by the number and the id, the number, the id, or else the last one. */
  private find({ index, id, name }: CallPiece): OpenCall | undefined {
    const { calls } = this;
    const last = calls.at(-1);
    const byId = (call: OpenCall) => id !== '' && call.id === id;
    if (index === undefined) return calls.findLast(byId) ?? last;
    const numbered = calls.filter(({ serverIndex }) => serverIndex === index);
    // Servers that leave the number out may do so in the begin of a call, or in all that follows.
    return numbered.findLast(byId) ?? numbered.at(-1) ?? (name === '' ? last : undefined);
  }

  /**
   * Whether a piece begins another call than its number or its place say. Ollama has the number 0 for all
   * calls, Gemini has none; others repeat the name with every piece, or make a new id for each.
   */
  private beginsAnother(known: OpenCall, { id, name, arguments: piece }: CallPiece): boolean {
    if (name === '' || known.name === '') return false;
    const isSameName = name === known.name;
    if (hasOtherId(known, id)) return known.json === '' || !isSameName || known.isComplete;
    if (known.json === '') return !isSameName && this.areOffered(known.name, name);
    if (!isSameName) return true;
    return piece !== '' && piece !== known.json && known.isComplete;
  }

  private areOffered(...names: readonly string[]): boolean {
    return names.every((name) => this.offered?.has(name));
  }

  private open({ index }: CallPiece): OpenCall | undefined {
    this.isFull ||= this.calls.length === MAX_TOOL_CALLS;
    if (this.isFull) return undefined;
    const call = new OpenCall(index);
    this.calls.push(call);
    return call;
  }

  private add(call: OpenCall, { id, name, arguments: json, extraContent }: CallPiece): void {
    const given = call.id === '' ? toStorable(id) : '';
    const more = call.moreOfName(toStorable(name));
    if (!this.fits(given.length + more.length)) return;
    if (given !== '') call.id = given;
    call.name += more;
    if (extraContent && !call.extraContent) call.extraContent = this.takeExtra(extraContent);
    // Some servers end with the complete arguments, once more.
    const isRepetition = json === call.json && call.isComplete;
    if (json !== '' && !isRepetition) call.addArguments(this.take(call.clean(json)));
  }

  /** The calls whose begin was held back, before another one begins. */
  private reportHeld(): ToolCallDelta[] {
    return this.calls.flatMap((call) => (call.index === undefined ? this.report(call) : []));
  }

  /** A call without a name calls nothing: it is never reported. */
  private report(call: OpenCall): ToolCallDelta[] {
    const { name } = call;
    if (name === '') return [];
    const isBegin = call.index === undefined;
    call.index ??= this.reportedIds.size;
    const more = call.reportMore();
    if (!isBegin) return more ? [more] : [];
    const begin = { type: 'tool_call.delta', index: call.index, arguments: '' } as const;
    return [{ ...begin, ...more, id: this.toId(call.id), name }];
  }

  /** Clients find the result of a call by its id. */
  private toId(given: string): string {
    const isUsable = given !== '' && !this.reportedIds.has(given);
    const id = isUsable ? given : `call_${randomUUID().replaceAll('-', '').slice(0, 24)}`;
    this.reportedIds.add(id);
    return id;
  }

  private fits(units: number): boolean {
    if (units > this.room) this.isFull = true;
    else this.room -= units;
    return !this.isFull;
  }

  private takeExtra(extra: ExtraContent): ExtraContent | undefined {
    const json = JSON.stringify(extra);
    return !UNSTORABLE.test(json) && this.fits(json.length) ? extra : undefined;
  }

  /** The part of a well-formed text for which there is room. After a cut there is none. */
  private take(text: string): string {
    const { room } = this;
    if (text.length > room) this.isFull = true;
    this.room = this.isFull ? 0 : room - text.length;
    return beginningOf(text, room);
  }
}

function toStorable(word: string): string {
  return word.replaceAll('\0', '').toWellFormed();
}

function hasOtherId(call: OpenCall, id: string): boolean {
  return id !== '' && call.id !== '' && id !== call.id;
}
