import { answerWithProblem, type ErrorForm, type RefusedRequest } from '../../../common/errors/error-form.js';
import { throwWithField } from '../error-fields.js';

const OWN_PATHS = /^\/chat(?:\/stream)?\/?$/i;
/** The route of the QA API, which also takes bodies of the Conversation API. */
const SHARED_PATH = /^\/api\/chat\/?$/i;

/** Clients of the reference system raise an error of their own when a problem has no `msg`, so `msg` repeats `detail`. */
export const CONVERSATION_ERRORS: ErrorForm = {
  isFor: isOfConversation,
  answer: (error, context) => {
    const problem = answerWithProblem(error, context);
    return { ...problem, body: { ...problem.body, msg: error.message } };
  },
};

/** Refuses a turn with the field names of the Conversation API. */
export const throwInConversationWords = throwWithField({
  model_not_supported: '/model_name',
  prompt_not_found: '/prompt_name',
});

/**
 * Whether a refused request may be one of the Conversation API. On the route that it shares with the QA API it is, unless
 * the body is known and has a `question`: a wrong key, or a body that is not JSON, is refused before the body is known.
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
