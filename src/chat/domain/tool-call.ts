import type { ExtraContent } from '../../llm/completion.js';

/** A call of a tool that a model wants to be made: a part of its answer, and no part of its text. */
export interface ToolCall {
  /** The model server's id of the call, or one of this service where the server gave none. Differs within an answer. */
  readonly id: string;
  /** The name of the tool. */
  readonly name: string;
  /** JSON as the model wrote it: of an answer that broke off, a part; it may not be valid. */
  readonly arguments: string;
  readonly extraContent?: ExtraContent;
}
