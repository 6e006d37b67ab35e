import { ERROR_CODES, type ErrorCode } from '../../../src/common/errors/error-codes.js';

/** An error as a caller reads it. */
export interface ReceivedProblem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly msg?: string;
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
  const fault = describeMsgFault(problem as ReceivedProblem);
  if (fault !== null) return fault;
  const pointers = (problem.errors ?? []).map(({ pointer }) => pointer);
  // Into the body, a query parameter, or a header.
  return pointers.every((pointer) => /^(?:\?.+|(?:\/.*)?|[A-Z][\w-]*)$/s.test(pointer))
    ? null
    : `its pointers are ${pointers.join()}`;
}

/** Clients of variant A's reference read `msg`; other routes do not have it. On `/api/chat` the body decides. */
function describeMsgFault({ instance, detail, msg }: ReceivedProblem): string | null {
  if (/^\/chat(?:\/stream)?\/?$/i.test(instance) && msg === undefined) return 'it has no msg';
  if (!/^\/(?:api\/)?chat(?:\/stream)?\/?$/i.test(instance) && msg !== undefined) return 'it has msg';
  return msg === undefined || msg === detail ? null : 'its msg is not its detail';
}

interface OpenAiError {
  readonly error: { message: string; type: string; param: string | null; code: string };
}

/** What keeps an answer from being a well-formed error of a route under `/v1`, in words; null: it is one. */
export function describeOpenAiErrorFault({ status, contentType, text }: Answered): string | null {
  if (!contentType?.startsWith('application/json')) return `its content type is ${contentType}`;
  const { error } = JSON.parse(text) as Partial<OpenAiError>;
  if (typeof error?.message !== 'string' || error.message === '') return 'it has no message';
  const type = status >= 500 ? 'server_error' : status === 429 ? 'rate_limit_error' : 'invalid_request_error';
  if (error.type !== type) return `its type is ${error.type}`;
  return typeof error.code === 'string' ? null : 'it has no code';
}

/** What an error tells, in whichever form it has. Which route has which is the document's business. */
export interface ToldError {
  /** What keeps it from being well formed, in words; null: nothing. */
  readonly fault: string | null;
  readonly code: string;
  /** The fields at fault. */
  readonly pointers: readonly string[];
}

/** Reads a problem, or an error of a route under `/v1`. */
export function readError(answered: Answered): ToldError {
  if (answered.contentType?.startsWith('application/json')) {
    const fault = describeOpenAiErrorFault(answered);
    if (fault !== null) return { fault, code: '', pointers: [] };
    const { code, param } = (JSON.parse(answered.text) as OpenAiError).error;
    return { fault, code, pointers: param === null ? [] : [`/${param.replaceAll('.', '/')}`] };
  }
  const fault = describeProblemFault(answered);
  if (fault !== null) return { fault, code: '', pointers: [] };
  const { code, errors = [] } = JSON.parse(answered.text) as ReceivedProblem;
  return { fault, code, pointers: errors.map(({ pointer }) => pointer) };
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
