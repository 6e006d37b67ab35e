import { Injectable } from '@nestjs/common';
import { estimateTokens } from '../../common/text/token-estimate.js';
import type { ChatMessage } from '../../llm/completion.js';
import { type Round, TurnRepository } from '../turn/turn.repository.js';

/** Rounds that are read at a time: few ask for more, and fewer models have room for it. */
const ROUNDS_AT_ONCE = 100;

export interface HistoryLimits {
  /** How many rounds the caller wants at most. */
  readonly rounds: number;
  /** How many tokens the model takes: rounds beyond it would be dropped again. */
  readonly tokens: number;
}

/** What was said in a conversation before. */
@Injectable()
export class TurnHistory {
  constructor(private readonly turns: TurnRepository) {}

  /** The newest completed rounds, oldest first; no fewer than fit the `limits`, and not many more. */
  async read(clientId: string, conversationId: string, limits: HistoryLimits): Promise<ChatMessage[]> {
    const rounds: Round[] = [];
    let tokens = 0;
    while (rounds.length < limits.rounds && tokens <= limits.tokens) {
      const limit = Math.min(ROUNDS_AT_ONCE, limits.rounds - rounds.length);
      const before = rounds.at(-1)?.id;
      const older = await this.turns.listLatestCompleted(clientId, conversationId, { limit, before });
      rounds.push(...older);
      if (older.length < limit) break;
      if (rounds.length < limits.rounds) tokens += older.reduce((sum, round) => sum + tokensOf(round), 0);
    }
    return rounds.reverse().flatMap(({ question, answer }): ChatMessage[] => [
      { role: 'user', content: question },
      { role: 'assistant', content: answer },
    ]);
  }
}

function tokensOf({ question, answer }: Round): number {
  return estimateTokens(question) + estimateTokens(answer);
}
