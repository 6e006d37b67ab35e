import { answerWithProblem, type ErrorForm, type RefusedRequest } from '../../../common/errors/error-form.js';
import { throwWithField } from '../error-fields.js';

const OWN_PATHS = /^\/chat(?:\/stream)?\/?$/i;
/** Variant B's, which takes bodies of variant A too. */
const SHARED_PATH = /^\/api\/chat\/?$/i;

/** Clients of variant A's reference raise an error of their own where a problem has no `msg`: it is the same as `detail`. */
export const CONVERSATION_ERRORS: ErrorForm = {
  isFor: isOfConversation,
  answer: (error, context) => {
    const problem = answerWithProblem(error, context);
    return { ...problem, body: { ...problem.body, msg: error.message } };
  },
};

/** Refuses a turn in variant A's words. */
export const throwInConversationWords = throwWithField({
  model_not_supported: '/model_name',
  prompt_not_found: '/prompt_name',
});

/**
 * Whether a refused request may be variant A's. On the route that both variants share it is unless its body is known, and
 * has a `question`: a wrong key, or a body that is no JSON, is refused before the variant is known.
 */
function isOfConversation({ path, body }: RefusedRequest): boolean {
  if (OWN_PATHS.test(path)) return true;
  if (!SHARED_PATH.test(path)) return false;
  const { query, question } = (body ?? {}) as { query?: unknown; question?: unknown };
  return isGiven(query) || !isGiven(question);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
