import type { Problem } from './problem.js';

const CONVERSATION_PATHS = /^\/chat(?:\/stream)?\/?$/i;
/** Variant B's, which takes bodies of variant A too. */
const SHARED_PATH = /^\/api\/chat\/?$/i;

/** A problem as clients of variant A's reference read it: those raise an error of their own where `msg` is missing. */
export interface ConversationProblem extends Problem {
  /** The same as `detail`. */
  readonly msg: string;
}

/**
 * Whether a refused request may be variant A's. On the route that both variants share it is unless its body is known, and
 * has a `question`: a wrong key, or a body that is no JSON, is refused before anybody knows the variant.
 */
export function isOfConversation(path: string, body: unknown): boolean {
  if (CONVERSATION_PATHS.test(path)) return true;
  if (!SHARED_PATH.test(path)) return false;
  const { query, question } = (body ?? {}) as { query?: unknown; question?: unknown };
  return isGiven(query) || !isGiven(question);
}

export function toConversationProblem(problem: Problem): ConversationProblem {
  return { ...problem, msg: problem.detail };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
