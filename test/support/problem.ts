import { ERROR_CODES, type ErrorCode } from '../../src/common/errors/error-codes.js';

/** An error as a caller reads it. */
export interface ReceivedProblem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly request_id: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly supported?: readonly string[];
}

/** What an answer must have to be read as a problem. */
export interface Answered {
  readonly status: number;
  readonly contentType: string | null | undefined;
  readonly text: string;
}

/** What keeps an answer from being a well-formed problem, in words; null: it is one. */
export function describeProblemFault({ status, contentType, text }: Answered): string | null {
  if (contentType !== 'application/problem+json') return `its content type is ${contentType}`;
  const problem = JSON.parse(text) as Partial<ReceivedProblem>;
  const rule = ERROR_CODES[problem.code!] as (typeof ERROR_CODES)[ErrorCode] | undefined;
  if (!rule) return `its code is ${problem.code}`;
  const expected = {
    type: `urn:llm-chat:problem:${problem.code}`,
    title: rule.title,
    retryable: rule.retryable,
  };
  for (const [member, value] of Object.entries({ ...expected, status: rule.status })) {
    if (problem[member as keyof typeof expected] !== value) return `its ${member} is not ${value}`;
  }
  if (status !== rule.status) return `it came with status ${status}`;
  for (const member of ['detail', 'instance', 'request_id'] as const) {
    if (typeof problem[member] !== 'string' || problem[member] === '') return `it has no ${member}`;
  }
  const pointers = (problem.errors ?? []).map(({ pointer }) => pointer);
  // Into the body, a query parameter, or a header.
  return pointers.every((pointer) => /^(?:\?.+|(?:\/.*)?|[A-Z][\w-]*)$/s.test(pointer))
    ? null
    : `its pointers are ${pointers.join()}`;
}

/**
 * The problem that `response` is.
 * @throws Error when it is none, or not well formed
 */
export async function readProblem(response: Response): Promise<ReceivedProblem> {
  const text = await response.text();
  const contentType = response.headers.get('content-type');
  const fault = describeProblemFault({ status: response.status, contentType, text });
  if (fault !== null) throw new Error(`No problem: ${fault} (${response.status}: ${text.slice(0, 300)})`);
  return JSON.parse(text) as ReceivedProblem;
}
