import { findDoubleGenerated } from './double-generated.js';
import type { Evidence } from './evidence.js';
import { CATEGORIES, type Category, type Finding } from './finding.js';
import {
  findDiffering,
  findDuplicated,
  findGarbled,
  findLost,
  findRefused,
  findUnterminated,
  type Rule,
} from './rules.js';

export interface Verdict {
  /** Turns whose completion reached a caller. */
  readonly acknowledged: number;
  readonly findings: readonly Finding[];
}

const RULES: readonly Rule[] = [
  findLost,
  findDuplicated,
  findUnterminated,
  findDoubleGenerated,
  findDiffering,
  findGarbled,
  findRefused,
];

export function judge({ questions, receipts, badExits }: Evidence): Verdict {
  const readings = questions.flatMap((evidence) => evidence.readings);
  const acknowledged = readings.filter(({ ends }) => ends.some(({ status }) => status === 'completed'));
  const findings = questions.flatMap((evidence) => RULES.flatMap((rule) => rule(evidence, receipts)));
  return {
    acknowledged: new Set(acknowledged.map(({ turnId }) => turnId)).size,
    findings: [
      ...findings,
      ...badExits.map((why): Finding => ({ category: 'bad exits', questionId: '', why })),
    ],
  };
}

export function countIn({ findings }: Verdict, category: Category): number {
  return findings.filter((finding) => finding.category === category).length;
}

export const ALL_CATEGORIES = Object.keys(CATEGORIES) as Category[];
