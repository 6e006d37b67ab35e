import { z } from 'zod';

/** What is taught must be there: an empty answer is refused by OpenAI, and teaches silence elsewhere. */
const text = z.string().regex(/\S/);

const system = z.strictObject({ role: z.literal('system'), content: text });
const user = z.strictObject({ role: z.literal('user'), content: text });
const assistant = z.strictObject({ role: z.literal('assistant'), content: text });
const weightedAssistant = assistant.extend({ weight: z.literal([0, 1]).optional() });

const roles = (messages: readonly { readonly role: string }[]) => messages.map(({ role }) => role).join(' ');

/** A system message or none, then rounds, each begun by the user. */
const ENDS_WITH_ANSWER = /^(?:system )?(?:user assistant ?)+$/;
const ENDS_WITH_QUESTION = /^(?:system )?(?:user assistant )*user$/;

const answered = <Message extends z.ZodType<{ readonly role: string }>>(message: Message) =>
  z.array(message).refine((messages) => ENDS_WITH_ANSWER.test(roles(messages)));

const asked = <Message extends z.ZodType<{ readonly role: string }>>(message: Message) =>
  z.array(message).refine((messages) => ENDS_WITH_QUESTION.test(roles(messages)));

/**
 * OpenAI's chat format for supervised fine-tuning, no key more than is documented
 * (https://platform.openai.com/docs/guides/supervised-fine-tuning): the last message is learnt, `weight` 0 keeps
 * another one from being learnt.
 */
export const OPENAI_SFT = z.strictObject({
  messages: answered(z.union([system, user, weightedAssistant])).refine(
    (messages) => !('weight' in messages.at(-1)!),
  ),
});

/**
 * OpenAI's format for direct preference optimization (https://platform.openai.com/docs/guides/direct-preference-optimization):
 * exactly one answer of the assistant on either side, and they differ.
 */
export const OPENAI_DPO = z
  .strictObject({
    input: z.strictObject({ messages: asked(z.union([system, user, assistant])) }),
    preferred_output: z.tuple([assistant]),
    non_preferred_output: z.tuple([assistant]),
  })
  .refine((row) => row.preferred_output[0].content !== row.non_preferred_output[0].content);

/** TRL's conversational prompt-completion (https://huggingface.co/docs/trl/dataset_formats). */
export const TRL_SFT = z.strictObject({
  prompt: asked(z.union([system, user, assistant])),
  completion: z.tuple([assistant]),
});

/** TRL's conversational preference with an explicit prompt (the same page). */
export const TRL_DPO = z
  .strictObject({
    prompt: asked(z.union([system, user, assistant])),
    chosen: z.tuple([assistant]),
    rejected: z.tuple([assistant]),
  })
  .refine((row) => row.chosen[0].content !== row.rejected[0].content);

/** What `GET /api/exports/eval` is documented to give. */
export const EVAL_CASE = z.strictObject({
  chat_id: z.uuid(),
  question: z.string(),
  history: z.array(z.union([user, assistant])),
  expected_answer: text,
  answer: z.string(),
  is_corrected: z.boolean(),
  stars: z.int().min(1).max(5).nullable(),
  reason: z.string().nullable(),
  sources: z.array(z.strictObject({ source: z.string(), text: z.string() })),
  variant: z.enum(['conversation', 'qa', 'openai']),
  status: z.enum(['completed', 'failed', 'cancelled']),
  model_name: z.string(),
  prompt_name: z.string().nullable(),
  prompt_version: z.int().min(1).nullable(),
  feedback_at: z.iso.datetime(),
});

/** The rows of an export, each read by `schema`. @throws Error when a line is none of that format */
export function readRows<Row>(schema: z.ZodType<Row>, lines: string): Row[] {
  if (lines !== '' && !lines.endsWith('\n')) throw new Error('The last line has no end');
  return lines
    .split('\n')
    .slice(0, -1)
    .map((line) => schema.parse(JSON.parse(line)));
}
