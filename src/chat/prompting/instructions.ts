import { estimateTokens } from '../../common/text/token-estimate.js';
import {
  partsOfInline,
  partsOfTemplate,
  type PromptVariable,
  type TemplateParts,
} from '../../prompt/template/template.js';

/**
 * Instructions: a template with `{{variables}}`, or a request's own: with `{context}` and `{question}`, or `verbatim`,
 * in which nothing is filled in.
 */
export interface Instructions {
  readonly kind: 'template' | 'inline' | 'verbatim';
  readonly text: string;
}

/** What the passages of a question usually take, in tokens: they are searched after the turn was accepted. */
const USUAL_CONTEXT_TOKENS = 1_000;

/** Repetitions may add no more, in tokens, however large the model's context is: a prompt is held in memory. */
export const MOST_ADDED_TOKENS = 100_000;

/** What a prompt is filled in with. */
export interface PromptTexts {
  readonly question: string;
  /** Absent: not known yet. */
  readonly context?: string;
}

/** Whether instructions read passages. */
export function readsContext({ kind, text }: Instructions): boolean {
  return kind === 'inline' || (kind === 'template' && partsOfTemplate(text).uses.context > 0);
}

/** The parts of instructions; of those that are taken as they are, the text alone. */
export function partsOf({ kind, text }: Instructions): TemplateParts {
  if (kind === 'template') return partsOfTemplate(text);
  if (kind === 'inline') return partsOfInline(text);
  return { text, uses: { question: 0, context: 0, history: 0 } };
}

/** The tokens of rendered instructions, counted without rendering them: 128 KB could become 85 million characters. */
export function tokensOfRendered(
  { text, uses }: TemplateParts,
  tokens: Readonly<Record<PromptVariable, number>>,
): number {
  const filledIn = uses.question * tokens.question + uses.context * tokens.context;
  return estimateTokens(text) + filledIn + uses.history * tokens.history;
}

/**
 * What is wrong with instructions that would fill the model's context by themselves, and how to correct it; null: nothing.
 * The question and the passages count from their second use on: once they belong to every prompt.
 */
export function describeSizeFault(
  instructions: Instructions,
  { question, context }: PromptTexts,
  contextTokens: number,
): string | null {
  // Nothing is filled in, and the model server says itself what it has no room for.
  if (instructions.kind === 'verbatim') return null;
  const { text, uses } = partsOf(instructions);
  const repeated = (count: number) => Math.max(0, count - 1);
  const added = tokensOfRendered(
    { text, uses: { question: repeated(uses.question), context: repeated(uses.context), history: 0 } },
    {
      question: estimateTokens(question),
      context: context === undefined ? USUAL_CONTEXT_TOKENS : estimateTokens(context),
      history: 0,
    },
  );
  const most = Math.min(contextTokens, MOST_ADDED_TOKENS);
  if (added <= most) return null;
  return (
    `is too long: filled in, it adds about ${added} tokens to the question, and may add ${most}. ` +
    'Shorten it, or use the question and the passages only once in it.'
  );
}
