import { AppError } from '../../../../common/errors/app-error.js';
import { throwWithField } from '../../error-fields.js';

/** Members of the body, by those of a chat completion that the core knows. */
const MEMBERS: readonly (readonly [RegExp, string])[] = [
  [/^\/messages\b.*/, '/input'],
  [/^\/response_format\b/, '/text/format'],
  [/^\/verbosity\b/, '/text/verbosity'],
  [/^\/reasoning_effort\b/, '/reasoning/effort'],
];

/** Throws an error of the core again, about the members that the body has. */
export function throwInResponseWords(error: unknown): never {
  if (!(error instanceof AppError) || error.code === 'model_not_supported') return throwWithModel(error);
  const errors = error.errors?.map(({ pointer, detail }) => ({
    pointer: toMember(pointer),
    detail: detail.replace(MESSAGE_NUMBER, ''),
  }));
  throw error.about(errors);
}

const throwWithModel = throwWithField({ model_not_supported: '/model' });

/** Where the core counts messages, an item of the input is another number. */
const MESSAGE_NUMBER = / \(message \d+\)$/;

function toMember(pointer: string): string {
  const [words, member] = MEMBERS.find(([pattern]) => pattern.test(pointer)) ?? [];
  return words && member ? pointer.replace(words, member) : pointer;
}
