import { Enum, Example, Integer, Moment, Uuid } from '../common/api/fields.js';
import { FinishWord, SourceDocDto, StatusWord, TurnVariant, UsageDto } from '../common/api/turn.dto.js';
import { MODEL_FAILURE_CODES } from '../llm/completion.js';

/** One request to a model server. */
export class AttemptDto {
  /** Host and upstream model @example 'gpu1:8000/chatglm3-6b' */
  target!: string;
  /** `cancelled`: a caller stopped it while it ran, or the turn ended otherwise @example 'answered' */
  @Enum('AttemptOutcome', ['answered', 'cancelled', ...MODEL_FAILURE_CODES]) outcome!: string;
  @Integer({ min: 0, description: 'In ms', example: 1830 }) duration_ms!: number;
  @Integer({ min: 0, description: 'In ms', example: 240 }) first_token_ms?: number;
}

/** A call of a tool that the model wants. */
export class ReceiptToolCallDto {
  /** @example 'call_9f2c1e' */
  id!: string;
  /** The tool @example 'get_weather' */
  name!: string;
  /** JSON as the model wrote it; of an answer that broke off, a part @example '{"city":"Paris"}' */
  arguments!: string;
}

/** What one end user said of a turn. */
export class ReceiptFeedbackDto {
  @Example('baa9f7a8-4159-4e2c-89d2-e7c5ac537935') uid!: string;
  @Example(4) @Integer({ min: 1, max: 5 }) stars?: number;
  @Example('材料错误') reason?: string;
  @Example('Send it with POST /api/feedback.') better_answer?: string;
  @Moment() updated_at!: string;
}

/** What is stored of a turn. */
export class ReceiptDto {
  /** The turn: `message_id` of the Conversation API, `chat_id` of the QA API, `id` of a chat completion */
  @Uuid() chat_id!: string;
  @TurnVariant() variant!: string;
  @StatusWord() status!: StatusWord;
  @Example('How do I send feedback?') question!: string;
  /** The answer, or its stored part; empty while it is running @example 'Send feedback with POST /api/feedback.' */
  text!: string;
  /** What the model thought before its answer, or the stored part of it; absent: it showed nothing @example '' */
  reasoning?: string;
  /** The tools that the model wants called, or the stored part of that; absent: none */
  tool_calls?: ReceiptToolCallDto[];
  @FinishWord('Absent while it is running, and when it failed') finish_reason?: FinishWord;
  /** Why it failed: the `code` of a problem @example 'model_failed' */
  error_code?: string;
  /** Why it failed, for people @example 'It failed.' */
  error_detail?: string;
  /** Of the Conversation API, or of `metadata` on `/v1`; absent: none @example 'conv456' */
  conversation_id?: string;
  /** The end user who asked; a `uid` of the QA API in lower case @example 'user123' */
  end_user?: string;
  @Example('chatglm3-6b') model_name!: string;
  /** Every request to a model server, in order */
  attempts!: AttemptDto[];
  /** Absent when the request brought its own instructions @example 'qa' */
  prompt_name?: string;
  @Integer({ min: 1, description: 'Absent for a built-in template', example: 1 }) prompt_version?: number;
  /** The chunks that the answer could draw on (信息来源) */
  sourceDocs!: SourceDocDto[];
  usage?: UsageDto;
  @Moment() created_at!: string;
  @Moment('Absent while the turn is running') ended_at?: string;
  @Integer({ min: 0, description: 'To the first text, in ms', example: 260 }) first_token_ms?: number;
  @Integer({ min: 0, description: 'To the end, in ms', example: 2000 }) duration_ms?: number;
  /** The latest, at most 100 and of at most 1 MiB, oldest first */
  feedback!: ReceiptFeedbackDto[];
  @Integer({ min: 0, description: 'The number of all feedback', example: 1 }) feedback_count!: number;
}
