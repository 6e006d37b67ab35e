import type { Exchange, HistoryRecord } from './history.js';
import type { Receipts } from './receipts.js';
import { SETTLE_MS } from './settings.js';
import type { Evidence, QuestionEvidence } from './verdict/evidence.js';
import { CATEGORIES, type Finding } from './verdict/finding.js';
import { ALL_CATEGORIES, countIn, type Verdict } from './verdict/verdict.js';

const EXAMPLES_OF_EACH = 3;

/** The figures of a run, a line each. */
export function summarise(
  verdict: Verdict,
  { questions }: Evidence,
  history: readonly HistoryRecord[],
): string {
  const exchanges = questions.flatMap((evidence) => evidence.exchanges);
  const calls = questions.flatMap((evidence) => evidence.calls);
  const resumed = exchanges.filter(({ lastEventId }) => lastEventId !== null).length;
  const faults = calls.filter(({ fault }) => fault !== '').length;
  const continued = calls.filter(({ keptChars }) => keptChars > 0).length;
  const broken = exchanges.filter(
    ({ end, status }) => end === 'broken' || end === 'silent' || (status ?? 500) >= 500,
  );
  const left = exchanges.filter(({ end }) => end === 'left').length;
  return [
    `${questions.length} questions in ${exchanges.length} requests: ${resumed} resumed a stream, ${broken.length} were cut off or failed, ${left} were left by their callers`,
    `${calls.length} model calls: ${faults} with a fault, ${continued} continued an answer`,
    `turns as callers saw them: ${countEnds(questions)}`,
    `frames: ${countFrames(exchanges, 'BREAK')} BREAK, ${countFrames(exchanges, 'RETRYING')} RETRYING`,
    `done to the service: ${countDeeds(history)}`,
    '',
    `${'acknowledged'.padEnd(18)}${verdict.acknowledged}`,
    ...ALL_CATEGORIES.map((category) => `${category.padEnd(18)}${countIn(verdict, category)}`),
  ].join('\n');
}

function countEnds(questions: readonly QuestionEvidence[]): string {
  const readings = questions.flatMap((evidence) => evidence.readings);
  const ends = readings.map(
    (reading) => reading.ends.at(-1)?.errorCode ?? reading.ends.at(-1)?.status ?? 'no end',
  );
  return [...Map.groupBy(ends, (end) => end)].map(([end, all]) => `${end} ${all.length}`).join(', ');
}

function countFrames(exchanges: readonly Exchange[], action: string): number {
  const frames = exchanges.flatMap((exchange) => exchange.frames);
  return frames.filter(({ data }) => data === `{"action":"${action}"}`).length;
}

function countDeeds(history: readonly HistoryRecord[]): string {
  const deeds = history.filter((record) => record.type === 'nemesis' && record.detail === undefined);
  const counts = Map.groupBy(deeds, (record) => (record.type === 'nemesis' ? record.deed : ''));
  return [...counts].map(([deed, records]) => `${deed} ${records.length}`).join(', ') || 'nothing';
}

/** The first findings of each kind, with all that is known of their questions. */
export function explain(
  { findings }: Verdict,
  evidence: Evidence,
  history: readonly HistoryRecord[],
): string {
  const examples = ALL_CATEGORIES.flatMap((category) =>
    findings.filter((finding) => finding.category === category).slice(0, EXAMPLES_OF_EACH),
  );
  return examples.map((finding) => explainOne(finding, evidence, history)).join('\n');
}

function explainOne(
  finding: Finding,
  { questions, receipts }: Evidence,
  history: readonly HistoryRecord[],
): string {
  const { category, questionId, turnId, why } = finding;
  const head = `\n=== ${category}: ${CATEGORIES[category]}\n${why}`;
  const found = questions.find(({ question }) => question.id === questionId);
  if (!found) return head;
  return [
    head,
    `question ${questionId}${turnId ? `, turn ${turnId}` : ''}`,
    ...tell(found, receipts, history),
  ].join('\n');
}

function tell(found: QuestionEvidence, receipts: Receipts, history: readonly HistoryRecord[]): string[] {
  const { question, exchanges, calls, readings, conclusion } = found;
  const from = exchanges[0]?.startedAt ?? 0;
  const at = (ms: number) => `${String(ms - from).padStart(7)} ms`;
  const to = (exchanges.at(-1)?.endedAt ?? 0) + SETTLE_MS;
  const lines: [number, string][] = [
    ...exchanges.map((exchange): [number, string] => [exchange.startedAt, tellExchange(exchange)]),
    ...calls.map(({ call, target, keptChars, fault, end, startedAt, endedAt }): [number, string] => [
      startedAt,
      `  model call ${call} to ${target}, after ${keptChars} characters, ${fault || 'no fault'}: ${end} after ${endedAt - startedAt} ms`,
    ]),
    ...history.flatMap((record): [number, string][] =>
      record.type === 'nemesis' && record.at > from - 20_000 && record.at < to
        ? [[record.at, `  * ${record.deed} of ${record.target} ${record.detail ?? ''}`]]
        : [],
    ),
  ];
  lines.sort(([a], [b]) => a - b);
  return [
    `asked at ${from}: ${question.kind}, key ${question.key}, ${JSON.stringify(question.body)}`,
    ...lines.map(([ms, line]) => `${at(ms)} ${line}`),
    `conclusion: ${conclusion}`,
    ...readings.map(({ turnId, ends }) => `ends of ${turnId}: ${JSON.stringify(ends)}`),
    ...readings.map(({ turnId }) => `receipt: ${JSON.stringify(receipts.get(turnId))}`),
  ];
}

function tellExchange(exchange: Exchange): string {
  const { isEcho, method, path, lastEventId, status, upstream, frames, end, answer, startedAt, endedAt } =
    exchange;
  const lastId = frames.findLast(({ id }) => id !== '')?.id;
  const place = lastEventId === null ? '' : ` after ${lastEventId}`;
  const body = answer === null ? '' : ` ${answer.slice(0, 300)}`;
  return `${isEcho ? '(sent twice) ' : ''}${method} ${path}${place} -> ${status} by ${upstream}, ${frames.length} frames up to ${lastId}, ${end} after ${endedAt - startedAt} ms${body}`;
}
