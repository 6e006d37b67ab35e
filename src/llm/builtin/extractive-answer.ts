import { languageOf, widthOf } from '../../common/text/script.js';
import type { SourcePassage } from '../completion.js';
import { NOTHING_FOUND, sourcesLine } from './framing.js';
import { type ScoredUnit, scoreUnits } from './unit-scores.js';

/** An answer quotes about this much, in Latin characters; a Chinese one counts two. */
const ANSWER_WIDTH = 900;
/** What is worth less than this share of the best is left out, of the best unit's passage and of others. */
const WORTH_QUOTING = { samePassage: 0.4, otherPassage: 0.6 };

/**
 * Answers a question by quoting: of the passages, which come best first, the sentences, list items, table
 * rows and code that share most with the question, in their order, with their sources. Says so when nothing
 * fits. The same question and passages give the same answer. Yields undefined where the work may pause.
 */
export function* extractAnswer(
  question: string,
  passages: readonly SourcePassage[],
): Generator<undefined, string> {
  const language = languageOf(question);
  const chosen = chooseUnits(yield* scoreUnits(question, passages));
  if (chosen.length === 0) return NOTHING_FOUND[language];
  const used = [...new Set(chosen.map(({ passage }) => passage))].flatMap((index) => passages[index] ?? []);
  return `${quote(chosen)}\n\n${sourcesLine(language, used)}`;
}

/** The units that are worth quoting, in the order of the passages. */
function chooseUnits(units: readonly ScoredUnit[]): ScoredUnit[] {
  const ranked = units.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score || inOrder(a, b));
  const [best] = ranked;
  const chosen = new Set<ScoredUnit>();
  let room = ANSWER_WIDTH;
  for (const unit of ranked) {
    if (!best || unit.score < best.score * leastShare(unit, best)) continue;
    const group = withCompanions(unit, units).filter((member) => !chosen.has(member));
    const width = group.reduce((sum, { text }) => sum + widthOf(text), 0);
    if (chosen.size > 0 && width > room) continue;
    for (const member of group) chosen.add(member);
    room -= width;
  }
  return [...chosen].sort(inOrder);
}

function leastShare(unit: ScoredUnit, best: ScoredUnit): number {
  return unit.passage === best.passage ? WORTH_QUOTING.samePassage : WORTH_QUOTING.otherPassage;
}

/** What is announced (`… as follows:`) goes with the sentence that announces it, and the other way round. */
function withCompanions(unit: ScoredUnit, units: readonly ScoredUnit[]): ScoredUnit[] {
  const at = units.indexOf(unit);
  if (unit.kind === 'sentence')
    return announces(unit) ? [unit, ...runFrom(at + 1, units, unit.passage)] : [unit];
  let first = at;
  while (isSameRun(units[first - 1], unit)) first--;
  const before = units[first - 1];
  return before?.passage === unit.passage && announces(before) ? [before, unit] : [unit];
}

/** Code, or all the items of a list, or all the rows of a table, if one begins at `at`. */
function runFrom(at: number, units: readonly ScoredUnit[], passage: number): ScoredUnit[] {
  const first = units[at];
  if (!first || first.kind === 'sentence' || first.passage !== passage) return [];
  const rest = units.slice(at);
  const end = rest.findIndex((unit) => unit !== first && !isSameRun(unit, first));
  return end < 0 ? rest : rest.slice(0, end);
}

function isSameRun(unit: ScoredUnit | undefined, other: ScoredUnit): boolean {
  if (unit?.passage !== other.passage || unit.kind !== other.kind) return false;
  return unit.kind === 'item' || (unit.kind === 'row' && unit.block === other.block);
}

function announces({ kind, text }: ScoredUnit): boolean {
  return kind === 'sentence' && /[:：]$/.test(text);
}

function inOrder(a: ScoredUnit, b: ScoredUnit): number {
  return a.passage - b.passage || a.position - b.position;
}

/** Sentences of one paragraph stay one, lists and tables stay such, all else is set apart by a blank line. */
function quote(units: readonly ScoredUnit[]): string {
  let text = '';
  let before: ScoredUnit | undefined;
  for (const unit of units) {
    const isNew =
      before?.passage !== unit.passage || (before.block !== unit.block && !isSameRun(before, unit));
    if (before) text += isNew ? '\n\n' : separator(unit, before.text);
    text += isNew && unit.head !== '' ? `${unit.head}\n${unit.text}` : unit.text;
    before = unit;
  }
  return text;
}

function separator({ kind }: ScoredUnit, before: string): string {
  if (kind !== 'sentence') return '\n';
  // Chinese sentences follow each other without a space.
  return /[\u2e80-\uffef]$/.test(before) ? '' : ' ';
}
