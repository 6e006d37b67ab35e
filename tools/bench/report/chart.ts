import type { FigureName } from './figures.js';
import type { ScenarioResult } from '../result.js';
import { number } from './table.js';

const WIDTH = 760;
const LABEL = 190;
const ROW = 22;
const TITLE = 34;
const RIGHT = 120;
/** Longer bars are cut: one very slow target would flatten all others. */
const LONGEST = 8;

/** The first of these figures that a target has is drawn. */
const DRAWN: readonly FigureName[] = ['cpu', 'kibPerStream'];

interface Bar {
  readonly label: string;
  readonly ratio: number;
  readonly min: number;
  readonly max: number;
  readonly value: number;
}

/** Bars of each target's ratio to the yardstick, a group for each scenario. Readable on light and on dark pages. */
export function chartOf(results: readonly ScenarioResult[]): string {
  const groups: string[] = [];
  let y = 8;
  for (const result of results) {
    const bars = barsOf(result);
    if (bars.length === 0) continue;
    groups.push(groupOf(result, bars, y));
    y += TITLE + bars.length * ROW + 14;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" font-family="system-ui, sans-serif" font-size="13">
<style>
  text { fill: #24292f } .title { font-weight: 600 } .bar { fill: #8c959f } .ours { fill: #0969da }
  .line, .spread { stroke: #57606a } .line { stroke-dasharray: 3 3 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .bar { fill: #6e7681 } .ours { fill: #4493f8 } .line, .spread { stroke: #9198a1 }
  }
</style>
${groups.join('\n')}
</svg>
`;
}

function barsOf({ targets }: ScenarioResult): Bar[] {
  return targets.flatMap(({ target, figures }) => {
    const figure = DRAWN.map((name) => figures[name]).find((found) => found?.ratio);
    if (!figure?.ratio) return [];
    const { median, min, max } = figure.ratio;
    return [{ label: target, ratio: median, min, max, value: figure.median }];
  });
}

function groupOf({ scenario }: ScenarioResult, bars: readonly Bar[], top: number): string {
  const longest = Math.min(LONGEST, Math.max(...bars.map(({ max }) => max), 1));
  const scale = (WIDTH - LABEL - RIGHT) / longest;
  const bottom = top + TITLE + bars.length * ROW;
  const one = LABEL + scale;
  const unit = unitOf(scenario);
  return `<text class="title" x="0" y="${top + 16}">${escaped(scenario.title)}: ${unit}, as a ratio to the yardstick</text>
${bars.map((bar, index) => barOf(bar, top + TITLE + index * ROW, scale)).join('\n')}
<line class="line" x1="${one.toFixed(1)}" x2="${one.toFixed(1)}" y1="${top + TITLE - 6}" y2="${bottom - 4}"/>`;
}

function unitOf({ isHeld, asks }: ScenarioResult['scenario']): string {
  if (isHeld) return 'memory a stream';
  return asks === 'streaming' ? 'CPU a delta' : 'CPU an answer';
}

function barOf({ label, ratio, min, max, value }: Bar, y: number, scale: number): string {
  const isOurs = /^[AB], /.test(label);
  const at = (position: number) => (LABEL + Math.min(position, LONGEST) * scale).toFixed(1);
  const middle = y + 7;
  return `<text x="${LABEL - 8}" y="${y + 11}" text-anchor="end">${escaped(label)}</text>
<rect class="${isOurs ? 'ours' : 'bar'}" x="${LABEL}" y="${y}" width="${(Math.min(ratio, LONGEST) * scale).toFixed(1)}" height="14"/>
<line class="spread" x1="${at(min)}" x2="${at(max)}" y1="${middle}" y2="${middle}"/>
<text x="${(LABEL + Math.min(max, LONGEST) * scale + 8).toFixed(1)}" y="${y + 11}">${number(ratio)} (${number(value)})</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
