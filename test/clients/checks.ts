import { isDeepStrictEqual } from 'node:util';
import type { Generator } from './generator.js';
import { type LiveService, USAGE } from './live-service.js';
import type { Recorded } from './recorder.js';

/** What a program says of one thing that it did: what it read through its client's types, or why it could not. */
export type Observation = Readonly<Record<string, unknown>> & { readonly failed?: string };

/** What is known after a program has run. */
export interface Evidence {
  /** By the names of the steps. */
  readonly observed: ReadonlyMap<string, Observation>;
  /** Whether the first words of a stream were read before the model said the others. */
  readonly isLive: boolean;
  readonly recorded: readonly Recorded[];
  readonly service: LiveService;
  /** This run's own end user, and the beginning of its conversations' ids. */
  readonly user: string;
  readonly generator: Generator;
  /** What the program wrote when it did not come to its end. */
  readonly crash?: string;
}

/** A column of the table. */
export interface Check {
  readonly title: string;
  /** null: all is well; else what is not. */
  readonly fault: (evidence: Evidence) => string | null;
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A model that is not configured, for questions that are refused. */
export const NO_MODEL = 'no-such-model';

/** What every client must be able to do. */
export const CHECKS: readonly Check[] = [
  { title: 'ask A', fault: (evidence) => answerFault(evidence, 'ask') },
  { title: 'ask B', fault: askBFault },
  { title: 'stream', fault: streamFault },
  { title: 'feedback', fault: feedbackFault },
  { title: 'pages', fault: pagesFault },
  { title: 'null', fault: nullFault },
  { title: 'typed error', fault: errorFault },
  { title: 'refused stream', fault: refusedStreamFault },
];

function answerFault(evidence: Evidence, step: string): string | null {
  const { service } = evidence;
  const { failed, text, finish_reason, output_tokens, id } = observationOf(evidence, step);
  if (failed !== undefined) return failed;
  if (typeof text !== 'string' || !isRight(service, text)) return `another text: ${JSON.stringify(text)}`;
  if (finish_reason !== 'stop') return `finish_reason is ${JSON.stringify(finish_reason)}`;
  const isCounted =
    service.text === undefined ? Number(output_tokens) > 0 : output_tokens === USAGE.completion_tokens;
  if (!isCounted) return `usage.output_tokens is ${JSON.stringify(output_tokens)}`;
  return ID.test(String(id)) ? null : `the id is ${JSON.stringify(id)}`;
}

function isRight({ text }: LiveService, answer: string): boolean {
  return text === undefined ? answer.includes('/api/feedback') : answer === text;
}

function askBFault(evidence: Evidence): string | null {
  const fault = answerFault(evidence, 'ask_b');
  const { source, is_done } = observationOf(evidence, 'ask_b');
  if (fault !== null) return fault;
  if (typeof source !== 'string' || !/\.md/.test(source)) return `the source is ${JSON.stringify(source)}`;
  return is_done === true ? null : 'the stream ended without [DONE]';
}

function streamFault(evidence: Evidence): string | null {
  const fault = answerFault(evidence, 'stream');
  if (fault !== null || evidence.service.text === undefined || evidence.generator.stream === 'at the end')
    return fault;
  return evidence.isLive ? null : 'the first words came only with the last';
}

function feedbackFault(evidence: Evidence): string | null {
  const first = { stars: 4, reason: null, better_answer: '退货期限是 30 天。', revision: 1 };
  return difference(observationOf(evidence, 'feedback'), {
    first,
    again: { ...first, stars: 5, revision: 2 },
  });
}

function pagesFault(evidence: Evidence): string | null {
  const { user } = evidence;
  return difference(observationOf(evidence, 'pages'), {
    first: [`${user}-2`],
    second: [`${user}-1`],
    next_cursor: null,
  });
}

/** Of a client that leaves null out nothing else is wanted: it means the same. */
function nullFault(evidence: Evidence): string | null {
  const { user } = evidence;
  return difference(observationOf(evidence, 'null'), { conversation_id: `${user}-null`, user_id: null });
}

/** Whether the client can say null, rather than nothing. */
export function sendsNull({ recorded, user }: Evidence): boolean {
  const question = recorded.find(({ body }) => body?.['conversation_id'] === `${user}-null`);
  return question?.body?.['temperature'] === null;
}

function errorFault(evidence: Evidence): string | null {
  const { service } = evidence;
  const supported = [service.text === undefined ? 'builtin' : 'test-model'];
  const invalid = { status: 400, code: 'validation_failed', pointer: '?cursor', retryable: false };
  return (
    difference(observationOf(evidence, 'invalid'), invalid) ??
    difference(observationOf(evidence, 'refused'), { status: 400, code: 'model_not_supported', supported })
  );
}

/** Whether an error with a code that the client does not know is still an error that can be read. */
export function takesNewCodes(evidence: Evidence): boolean {
  return observationOf(evidence, 'new_code')['status'] === 404;
}

/** Clients that resume streams by themselves ask again for ever when they are refused, unless an option forbids it. */
function refusedStreamFault(evidence: Evidence): string | null {
  const { recorded, user } = evidence;
  const asked = recorded.filter(({ url, body }) => {
    return url === '/chat/stream' && body?.['model_name'] === NO_MODEL && body['user_id'] === user;
  });
  if (asked.length !== 1) return `asked ${asked.length} times`;
  return difference(observationOf(evidence, 'refused_stream'), { status: 400, code: 'model_not_supported' });
}

function observationOf({ observed, crash }: Evidence, step: string): Observation {
  return observed.get(step) ?? { failed: crash ?? 'the program says nothing of it' };
}

function difference(observed: Observation, wanted: Observation): string | null {
  if (observed.failed !== undefined) return observed.failed;
  return isDeepStrictEqual(observed, wanted)
    ? null
    : `${JSON.stringify(observed)}, not ${JSON.stringify(wanted)}`;
}
