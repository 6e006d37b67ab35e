import type { ExtraContent, ToolCallDelta } from '../../completion.js';
import { AnswerText } from '../response/answer-text.js';
import { JsonExtent } from './json-extent.js';

/** A call of an answer while its pieces come. What is reported of it is never taken back. */
export class OpenCall {
  /** As the server gave it; `''`: not yet. */
  id = '';
  name = '';
  extraContent?: ExtraContent;
  /** Its number in the answer, once it has been reported. */
  index?: number;
  private arguments = '';
  /** What of them has not been reported. */
  private unreported = '';
  private hasReportedExtra = false;
  private readonly text = new AnswerText({ messages: [] });
  private readonly extent = new JsonExtent();

  /** @param serverIndex the server's number of it */
  constructor(readonly serverIndex: number | undefined) {}

  /** Its arguments so far. */
  get json(): string {
    return this.arguments;
  }

  /** Whether its arguments are a complete JSON value. */
  get isComplete(): boolean {
    return this.extent.isComplete;
  }

  /** The storable text that `piece` adds to its arguments. */
  clean(piece: string): string {
    return this.text.push(piece);
  }

  /** What is left of its arguments at the end: half a character, as U+FFFD. */
  rest(): string {
    return this.text.end();
  }

  /** What `name` adds to its name: names come in pieces, or again with each piece, and are complete when the arguments begin. */
  moreOfName(name: string): string {
    const mayGoOn = this.name === '' || (this.arguments === '' && this.index === undefined);
    return mayGoOn && name !== this.name ? name : '';
  }

  addArguments(json: string): void {
    this.arguments += json;
    this.unreported += json;
    this.extent.push(json);
  }

  /** What has not been reported of it; null: nothing. */
  reportMore(): ToolCallDelta | null {
    const { index, unreported } = this;
    const extraContent = this.hasReportedExtra ? undefined : this.extraContent;
    if (index === undefined || (unreported === '' && !extraContent)) return null;
    this.unreported = '';
    this.hasReportedExtra = this.extraContent !== undefined;
    return { type: 'tool_call.delta', index, arguments: unreported, ...(extraContent && { extraContent }) };
  }
}
