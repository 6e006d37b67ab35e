import { Observable, type Subscriber, tap } from 'rxjs';
import type { TargetConfig } from '../../src/config/app-config.js';
import { AWAY, OUT_OF_TIME } from '../../src/llm/failure-classes.js';
import { ModelFailure } from '../../src/llm/model-failure.js';
import type { ToolCallDelta } from '../../src/llm/completion.js';
import type { Attempt$, AttemptEvent, AttemptRun } from '../../src/llm/openai/attempt-event.js';
import type { ChatRequest } from '../../src/llm/openai/request/chat-request.js';
import { notingToken } from '../support/model/scripted-attempts.js';
import { textToContinue } from '../support/model/model-server.answers.js';
import type { Block, Fate } from './schedule.js';

const FINISH = {
  type: 'finish',
  finishReason: 'stop',
  usage: { inputTokens: 5, outputTokens: 3 },
} as const satisfies AttemptEvent;

/** A model whose attempts go as they are fated to; in place of the HTTP client. */
export class ScriptedModel {
  /** What each call was to continue, the complete answer to it, and whether it began a call of a tool. */
  readonly calls: { readonly kept: string; readonly whole: string; hasToolCall: boolean }[] = [];
  /** Requests that are under way. */
  open = 0;
  /** Connects that were refused before the next call. */
  private refusedConnects = 0;

  /** @param canRepeat whether it may say again what it is to go on from; a prefilled answer never does */
  constructor(
    private readonly fates: readonly Fate[],
    private readonly canRepeat: boolean,
  ) {}

  attempt(_: TargetConfig, request: ChatRequest, run: AttemptRun): Attempt$ {
    const attempt$ = new Observable<AttemptEvent>((subscriber) => {
      const fate = this.fates[this.calls.length]!;
      if (this.refusedConnects < fate.refusedConnects) return this.refuse(subscriber);
      this.refusedConnects = 0;
      const kept = textToContinue(request);
      const attempt = this.calls.length;
      const rest = writeBlocks(fate.blocks, attempt);
      this.calls.push({ kept, whole: kept + rest, hasToolCall: false });
      const repeatedChars = this.canRepeat ? fate.repeatedChars : 0;
      const repeatsFrom = kept.length - repeatedChars;
      const said = (repeatsFrom < 0 || repeatedChars === 0 ? '' : kept.slice(repeatsFrom)) + rest;
      this.open++;
      subscriber.add(() => this.open--);
      const calls = request.parameters?.['tools'] ? fate.calls : [];
      const deltas = [...deltasOf(said, fate.deltaChars).map(toText), ...calls.flatMap(toCall)];
      speak(subscriber, { deltas, attempt, hasCalls: calls.length > 0 }, fate);
      endInTime(subscriber, run.endsAt);
    });
    return notingToken(attempt$, run).pipe(
      tap(({ type }) => {
        if (type === 'tool_call.delta') this.calls.at(-1)!.hasToolCall = true;
      }),
    );
  }

  private refuse(subscriber: Subscriber<AttemptEvent>): void {
    this.refusedConnects++;
    const timer = setTimeout(() => subscriber.error(new ModelFailure(AWAY, 'refused')), 1);
    subscriber.add(() => clearTimeout(timer));
  }
}

interface Speech {
  readonly deltas: readonly (TextDelta | ToolCallDelta)[];
  /** Which attempt says it, from 0. Its reasoning has nothing but this digit. */
  readonly attempt: number;
  readonly hasCalls: boolean;
}

type TextDelta = Extract<AttemptEvent, { type: 'text.delta' }>;

const toText = (text: string): TextDelta => ({ type: 'text.delta', text });

/** The call of that number: its name is its complete arguments, by which a reader's part of them is known. */
function toCall(pieces: readonly string[], index: number): ToolCallDelta[] {
  const call = { type: 'tool_call.delta', index } as const;
  const begin = { ...call, id: `call_${index}`, name: `of ${pieces.join('')}`, arguments: '' };
  return [begin, ...pieces.map((piece) => ({ ...call, arguments: piece }))];
}

function speak(
  subscriber: Subscriber<AttemptEvent>,
  { deltas, attempt, hasCalls }: Speech,
  fate: Fate,
): void {
  const digit = String(attempt);
  const think = () => subscriber.next({ type: 'reasoning.delta', text: digit });
  let index = 0;
  let timer: NodeJS.Timeout | undefined;
  subscriber.add(() => clearTimeout(timer));
  const end = () => {
    if (fate.fault) return subscriber.error(fate.fault);
    subscriber.next(hasCalls ? { ...FINISH, finishReason: 'tool_calls' } : FINISH);
    subscriber.complete();
  };
  const goOn = () => {
    while (!subscriber.closed) {
      const isOver = index >= deltas.length || (fate.fault !== null && index >= fate.faultAfter);
      if (isOver) {
        timer = setTimeout(end, fate.silenceMs);
        return;
      }
      if (index % 3 === 0) think();
      subscriber.next(deltas[index++]!);
      if (fate.gapMs === 0) continue;
      timer = setTimeout(goOn, fate.gapMs);
      return;
    }
  };
  const begin = () => {
    if (fate.thinksFirst) think();
    goOn();
  };
  // No answer comes before the request has gone out.
  timer = setTimeout(begin, 1);
}

/** As the HTTP client does. */
function endInTime(subscriber: Subscriber<AttemptEvent>, endsAt: number): void {
  const over = () => subscriber.error(new ModelFailure(OUT_OF_TIME, 'timeout: total'));
  const timer = setTimeout(over, Math.max(0, endsAt - performance.now()));
  subscriber.add(() => clearTimeout(timer));
}

/** Complete code points: the HTTP client never cuts one. */
function deltasOf(text: string, size: number): string[] {
  const points = [...text];
  return Array.from({ length: Math.ceil(points.length / size) }, (_, index) =>
    points.slice(index * size, (index + 1) * size).join(''),
  );
}

/** Markdown in which no 16 characters are there twice, so that a repetition is one. */
function writeBlocks(blocks: readonly Block[], attempt: number): string {
  let count = 0;
  const word = () => `w${attempt}x${count++}`;
  return blocks.map((block) => WRITERS[block](word)).join('');
}

const WRITERS: Readonly<Record<Block, (word: () => string) => string>> = {
  sentence: (word) => `The ${word()} is a ${word()}, and so is ${word()}. `,
  paragraph: (word) => `A paragraph of ${word()} begins. It ends with ${word()}.\n\n`,
  chinese: (word) => `这是第${word()}句话，后面还有${word()}。那么${word()}呢？`,
  fence: (word) => `\n\`\`\`js\nconst ${word()} = 1;\n\nlet ${word()} = 2;\n\`\`\`\n\n`,
  table: (word) => `\n| ${word()} | ${word()} |\n| --- | --- |\n| ${word()} | ${word()} |\n\n`,
  list: (word) => `\n- one ${word()}\n- two [${word()}](https://example.org/${word()})\n\n`,
  emoji: (word) => `👩‍👩‍👧 ${word()} é 🇨🇭${word()}. `,
  unbroken: (word) => Array.from({ length: 8 }, word).join(''),
};
