/**
 * A model server in a process of its own. Arguments: seed, share of calls that fail, file for its call log.
 * It says `ready <base URL>`, and ends with the process that started it.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { CONTINUE_INSTRUCTION } from '../../../src/llm/retry/continuation.js';
import { textToContinue } from '../../../test/support/model/model-server.answers.js';
import {
  type ChatRequestBody,
  type Exchange,
  script,
  type Step,
} from '../../../test/support/model/model-server.exchange.js';
import {
  delta,
  done,
  end,
  finish,
  head,
  role,
  usage,
} from '../../../test/support/model/model-server.steps.js';
import { ModelServer } from '../../../test/support/model/model-server.js';
import { answerTo, findQuestionId } from '../known-answer.js';
import { Random } from '../random.js';
import { type Fault, pickFault } from './faults.js';
import type { ModelCall } from './model-call.js';

const [seed = '', faultShare = '0', callsFile = ''] = process.argv.slice(2);
const random = new Random(`${seed}/model`);
const callsOf = new Map<string, number>();

const server = await ModelServer.start();
server.always(answer);
process.stdin.resume().once('end', () => process.exit());
process.stdout.write(`ready ${server.baseUrl}\n`);

async function answer(exchange: Exchange): Promise<void> {
  const { body = {} } = exchange.request;
  const questionId = questionOf(body);
  const call = (callsOf.get(questionId) ?? 0) + 1;
  callsOf.set(questionId, call);
  const kept = textToContinue(body);
  const draw = random.fork(`${questionId}/${call}`);
  const fault = draw.chance(Number(faultShare)) ? pickFault(draw) : null;
  const begun = { questionId, call, target: body.model ?? '', keptChars: kept.length, startedAt: Date.now() };
  void exchange.closed.then(() => {
    const isCut = exchange.request.isAborted;
    const how: ModelCall['end'] = isCut ? 'cut' : fault ? 'failed' : 'answered';
    const ended: ModelCall = { ...begun, fault: fault?.name ?? '', endedAt: Date.now(), end: how };
    appendFileSync(callsFile, `${JSON.stringify(ended)}\n`);
  });
  const text = goOnFrom({ questionId, call, kept, mayRepeat: isInstructed(body) });
  await (fault && 'inPlace' in fault ? fault.inPlace : stream(draw, text, fault))(exchange);
}

/** The last question that is no instruction of the service's own. */
function questionOf({ messages = [] }: ChatRequestBody): string {
  const asked = messages.filter(({ role: by, content }) => by === 'user' && content !== CONTINUE_INSTRUCTION);
  return findQuestionId(asked.at(-1)?.content ?? '') ?? 'unknown';
}

/** Whether the request asks it to go on, and does not just contain the beginning of its own answer. */
function isInstructed({ messages = [] }: ChatRequestBody): boolean {
  return messages.at(-1)?.content === CONTINUE_INSTRUCTION;
}

interface Continuation {
  readonly questionId: string;
  readonly call: number;
  readonly kept: string;
  readonly mayRepeat: boolean;
}

/** The answer after `kept`; now and then it says the end of `kept` again, as models do after such an instruction. */
function goOnFrom({ questionId, call, kept, mayRepeat }: Continuation): string {
  const draw = random.fork(`repeats/${questionId}/${call}`);
  const rest = answerTo(questionId, call).slice(kept.length);
  if (!mayRepeat || kept.length < 40 || !draw.chance(0.5)) return rest;
  // Not into the middle of a surrogate pair.
  return kept.slice(-draw.whole(16, 40)).replace(/^[\uDC00-\uDFFF]/, '') + rest;
}

/** The text in small pieces with pauses, up to its end or to the fault. */
function stream(draw: Random, text: string, fault: Fault | null) {
  const pieces = cut(draw, text);
  const paceMs = draw.between(10, 60);
  const upTo = fault ? draw.whole(0, pieces.length) : pieces.length;
  const said = pieces.slice(0, upTo).flatMap((piece): Step[] => [delta(piece), () => pause(paceMs)]);
  const counts = { prompt_tokens: 10, completion_tokens: pieces.length };
  const ending =
    fault && 'inTheMiddle' in fault ? fault.inTheMiddle : [finish(), usage(counts), done(), end()];
  return script(() => pause(draw.between(0, 300)), head(), role(), ...said, ...ending);
}

function cut(draw: Random, text: string): string[] {
  const characters = Array.from(text);
  const pieces: string[] = [];
  while (characters.length > 0) pieces.push(characters.splice(0, draw.whole(2, 16)).join(''));
  return pieces;
}
