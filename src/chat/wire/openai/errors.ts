import { throwWithField } from '../error-fields.js';

/** Refuses a turn in the words of the OpenAI API. */
export const throwInOpenAiWords = throwWithField({
  model_not_supported: '/model',
  prompt_not_found: '/metadata/prompt_name',
});
