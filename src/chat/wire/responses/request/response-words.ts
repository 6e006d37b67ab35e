import { AppError } from '../../../../common/errors/app-error.js';

/** Members of the body, by those of a chat completion that the core knows. */
const MEMBERS: readonly (readonly [RegExp, string])[] = [
  [/^\/messages\b.*/, '/input'],
  [/^\/response_format\b/, '/text/format'],
  [/^\/verbosity\b/, '/text/verbosity'],
  [/^\/reasoning_effort\b/, '/reasoning/effort'],
];

/** Throws an error of the core again, about the members that the body has. */
export function throwInResponseWords(error: unknown): never {
  if (!(error instanceof AppError)) throw error;
  const { code, message, extensions, retryAfterSeconds, cause } = error;
  const known = code === 'model_not_supported' ? [{ pointer: '/model', detail: NAMES }] : error.errors;
  const errors = known?.map(({ pointer, detail }) => ({
    pointer: toMember(pointer),
    detail: detail.replace(MESSAGE_NUMBER, ''),
  }));
  throw new AppError(code, message, { extensions, errors, retryAfterSeconds, cause });
}

/** Where the core counts messages, an item of the input is another number. */
const MESSAGE_NUMBER = / \(message \d+\)$/;

const NAMES = 'must be one of the names in `supported`';

function toMember(pointer: string): string {
  const [words, member] = MEMBERS.find(([pattern]) => pattern.test(pointer)) ?? [];
  return words && member ? pointer.replace(words, member) : pointer;
}
