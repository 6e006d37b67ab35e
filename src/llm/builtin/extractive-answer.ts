import { languageOf, widthOf } from '../../common/text/script.js';
import type { SourcePassage } from '../completion.js';
import { NOTHING_FOUND, sourcesLine } from './framing.js';
import { type ScoredUnit, scoreUnits } from './unit-scores.js';

/** An answer quotes about this much, in Latin characters; a Chinese one counts two. */
const ANSWER_WIDTH = 900;
/** What is worth less than this share of the best is left out. */
const WORTH_QUOTING = 0.4;
/** Longer code and tables are quoted only when nothing else is. */
const MAX_BLOCK_WIDTH = 1_600;

/**
 * Answers a question by quoting: of the passages, which come best first, the sentences, list items, tables
 * and code that share most with the question, in their order, with their sources. Says so when nothing
 * fits. The same question and passages give the same answer.
 */
export function extractAnswer(question: string, passages: readonly SourcePassage[]): string {
  const language = languageOf(question);
  const chosen = chooseUnits(scoreUnits(question, passages));
  if (chosen.length === 0) return NOTHING_FOUND[language];
  const used = [...new Set(chosen.map(({ passage }) => passage))].flatMap((index) => passages[index] ?? []);
  return `${quote(chosen)}\n\n${sourcesLine(language, used)}`;
}

/** The units that are worth quoting, in the order of the passages. */
function chooseUnits(units: readonly ScoredUnit[]): ScoredUnit[] {
  const ranked = units.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score || order(a, b));
  const best = ranked[0]?.score ?? 0;
  const chosen = new Set<ScoredUnit>();
  let room = ANSWER_WIDTH;
  for (const unit of ranked) {
    if (unit.score < WORTH_QUOTING * best) break;
    const group = withCompanion(unit, units).filter((member) => !chosen.has(member));
    const width = group.reduce((sum, { text }) => sum + widthOf(text), 0);
    if (chosen.size > 0 && width > room) continue;
    for (const member of group) chosen.add(member);
    room -= width;
  }
  return [...chosen].sort(order);
}

/** Code, a table or a list that is announced (`… as follows:`) goes with what announces it, and the other way round. */
function withCompanion(unit: ScoredUnit, units: readonly ScoredUnit[]): ScoredUnit[] {
  const at = units.indexOf(unit);
  const before = units[at - 1];
  if (unit.kind !== 'sentence' && before?.passage === unit.passage && announces(before))
    return [before, unit];
  const after = units[at + 1];
  const isAnnounced =
    announces(unit) && after?.passage === unit.passage && widthOf(after.text) <= MAX_BLOCK_WIDTH;
  return isAnnounced ? [unit, after, ...itemsAfter(after, units)] : [unit];
}

/** The rest of a list whose first item is announced. */
function itemsAfter(first: ScoredUnit, units: readonly ScoredUnit[]): ScoredUnit[] {
  if (first.kind !== 'item') return [];
  const from = units.indexOf(first) + 1;
  const rest = units.slice(from);
  const end = rest.findIndex(({ kind, passage }) => kind !== 'item' || passage !== first.passage);
  return end < 0 ? rest : rest.slice(0, end);
}

function announces({ kind, text }: ScoredUnit): boolean {
  return kind === 'sentence' && /[:：]$/.test(text);
}

function order(a: ScoredUnit, b: ScoredUnit): number {
  return a.passage - b.passage || a.position - b.position;
}

/** Sentences of one paragraph stay one, list items stay a list, all else is set apart by a blank line. */
function quote(units: readonly ScoredUnit[]): string {
  return units.reduce((text, unit, index) => {
    const before = units[index - 1];
    return before ? text + between(before, unit) + unit.text : unit.text;
  }, '');
}

function between(before: ScoredUnit, after: ScoredUnit): string {
  if (before.passage !== after.passage) return '\n\n';
  if (before.block === after.block)
    return languageOf(before.text.slice(-1)) === 'zh' || /[。！？；]$/.test(before.text) ? '' : ' ';
  return before.kind === 'item' && after.kind === 'item' ? '\n' : '\n\n';
}
