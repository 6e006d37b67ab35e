import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Question, QuestionKind } from '../history.js';
import { markOf } from '../known-answer.js';
import type { Random } from '../random.js';
import { MODEL_NAMES } from '../stage/stage.js';
import { Asking, type Surroundings } from './asking.js';

const PATHS: Readonly<Record<QuestionKind, string>> = {
  'a-stream': '/chat/stream',
  'a-plain-stream': '/chat',
  'a-json': '/chat',
  'b-stream': '/api/chat',
};

/** One end user, who asks one question after the other. */
export class Caller {
  private readonly uid = randomUUID();
  private asked = 0;

  constructor(
    private readonly name: string,
    private readonly random: Random,
    private readonly around: Surroundings,
  ) {}

  /** Asks until `endAt`; the question of that moment is asked to its end. */
  async run(endAt: number): Promise<void> {
    await sleep(this.random.between(0, 2_000));
    while (Date.now() < endAt) {
      const question = this.think();
      await new Asking(question, this.random.fork(question.id), this.around).ask();
      await sleep(this.random.between(0, 500));
    }
  }

  private think(): Question {
    const id = `${this.name}-${++this.asked}`;
    const kind = this.random.pick<QuestionKind>([
      [3, 'a-stream'],
      [2, 'a-plain-stream'],
      [2, 'a-json'],
      [5, 'b-stream'],
    ]);
    const text = `What is the answer to question ${this.asked}? ${markOf(id)}`;
    const body = kind === 'b-stream' ? this.bodyOfB(text) : this.bodyOfA(kind, text);
    const key = this.random.chance(0.5) ? `key-${id}` : null;
    return { id, caller: this.name, kind, path: PATHS[kind], body, key };
  }

  private bodyOfB(question: string): Question['body'] {
    const history = this.random.chance(0.2) ? [['Who are you?', 'A service.']] : undefined;
    return { question, uid: this.uid, history };
  }

  /** Most questions of a caller belong to one conversation: a turn that never ends would block it. */
  private bodyOfA(kind: QuestionKind, query: string): Question['body'] {
    return {
      query,
      user_id: this.uid,
      stream: kind === 'a-stream' ? undefined : kind === 'a-plain-stream',
      conversation_id: this.random.chance(0.7) ? `conversation-${this.name}` : undefined,
      history_len: 2,
      model_name: this.random.chance(0.3) ? MODEL_NAMES[1] : undefined,
    };
  }
}
