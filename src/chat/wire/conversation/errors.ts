import { throwWithField } from '../error-fields.js';

/** Refuses a turn in variant A's words. */
export const throwInConversationWords = throwWithField({
  model_not_supported: '/model_name',
  prompt_not_found: '/prompt_name',
});
