import type { ModelConfig, TargetConfig } from '../../config/app-config.js';
import {
  describeFinding,
  isFailedConnection,
  type ModelFinding,
  type PlaceOfModels,
} from './model-finding.js';
import type { TargetProbe } from './target-probe.js';

/** What is known of one target of a model. */
export interface CheckedTarget {
  readonly model: ModelConfig;
  readonly target: TargetConfig;
  readonly finding: ModelFinding;
  /** Absent: it was not asked, because its finding says that it cannot answer. */
  readonly probe?: TargetProbe;
}

const HEAD = ['MODEL', 'SERVER', 'REACHED', 'KEY', 'NAME', 'ANSWERS', 'STREAMS', 'THINKS', 'DOES NOT TAKE'];

/** Of a finding: whether the target cannot answer, so that asking it is of no use. */
export function isFinal(finding: ModelFinding): boolean {
  return isFailedConnection(finding) || finding.kind === 'redirects' || finding.kind === 'key-refused';
}

export function isFaulty({ finding, probe }: CheckedTarget): boolean {
  return isFinal(finding) || probe === undefined || probe.failure !== undefined;
}

/** One row a target, and below what is wrong. It holds no key, no value of a header and no query of a URL. */
export function writeCheckTable(checked: readonly CheckedTarget[], place: PlaceOfModels): string {
  const rows = [HEAD, ...checked.map(toRow)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, ...checked.flatMap((one) => toNotes(one, place))].join('\n');
}

function toRow({ model, target, finding, probe }: CheckedTarget): string[] {
  const url = new URL(target.baseUrl);
  const answer = probe !== undefined && probe.failure === undefined ? probe : undefined;
  return [
    model.name,
    `${url.host}${url.pathname}`,
    isFailedConnection(finding) ? 'no' : 'yes',
    describeKey(target, finding, answer),
    NAMES[finding.kind] ?? '?',
    answer === undefined ? 'no' : 'yes',
    ...(answer === undefined ? ['?', '?', '?'] : describeAnswer(answer)),
  ];
}

const NAMES: Partial<Record<ModelFinding['kind'], string>> = {
  answers: 'listed',
  'unknown-model': 'not listed',
};

function describeKey({ apiKey }: TargetConfig, finding: ModelFinding, answer?: TargetProbe): string {
  if (finding.kind === 'key-refused') return 'refused';
  if (answer === undefined) return '?';
  return apiKey === undefined ? 'none' : 'right';
}

function describeAnswer({ pieces, hasThought, refused }: TargetProbe): string[] {
  const streams = pieces > 1 ? 'yes' : 'in one piece';
  return [streams, hasThought ? 'yes' : 'no', refused.length > 0 ? refused.join(', ') : '-'];
}

function toNotes(checked: CheckedTarget, place: PlaceOfModels): string[] {
  const { model, target, finding, probe } = checked;
  const isWorthSaying = isFaulty(checked) && finding.kind !== 'answers';
  const notes = isWorthSaying ? [`${model.name}: ${describeFinding(finding, target, place)}`] : [];
  if (probe?.failure === undefined) return notes;
  const { code, message, quote } = probe.failure;
  return [...notes, `${model.name}: no answer: ${code}: ${message}${quote ? `: ${quote}` : ''}`];
}
