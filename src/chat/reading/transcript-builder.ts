import { Inject, Injectable } from '@nestjs/common';
import type { ChatMessage } from '../../llm/completion.js';
import { PromptService } from '../../prompt/prompt.service.js';
import { TurnContextRepository } from '../context/turn-context.repository.js';
import { latestRounds } from '../domain/own-context.js';
import { USUAL_ROUNDS } from '../domain/turn-request.js';
import { WIRE_TRAITS, type WireTraits } from '../domain/wire-traits.js';
import { describeSizeFault, type Instructions } from '../prompting/instructions.js';
import { writePassages } from '../prompting/turn-passages.js';
import { composeSentMessages, composeMessages, type PromptParts } from '../prompting/turn-prompt.js';
import type { TurnTranscript } from './turn-views.js';
import {
  type AskedTurn,
  type EarlierRound,
  TurnTranscriptRepository,
} from '../turn/turn-transcript.repository.js';

/** What is left of instructions of an older release, which stored none: the passages that they were filled in with. */
const PASSAGES_ALONE: Instructions = { kind: 'inline', text: '{context}' };

/** Rebuilds from the stored turns what their models were asked. */
@Injectable()
export class TranscriptBuilder {
  constructor(
    @Inject(WIRE_TRAITS) private readonly wires: readonly WireTraits[],
    private readonly turns: TurnTranscriptRepository,
    private readonly contexts: TurnContextRepository,
    private readonly prompts: PromptService,
  ) {}

  /**
   * Those of the given turns that are the client's, in the order of their ids.
   * @param rounds most rounds to read of the conversation before each turn
   */
  async read(clientId: string, turnIds: readonly string[], rounds: number): Promise<TurnTranscript[]> {
    const turns = await this.turns.list(clientId, turnIds);
    const earlier = rounds > 0 ? await this.turns.listRoundsBefore(clientId, turnIds, rounds) : [];
    const contexts = await this.contexts.readMany(clientId, turnIds);
    const roundsOf = Map.groupBy(earlier, ({ turnId }) => turnId);
    const templates = await this.readTemplates(clientId, turns);
    return turns.map(({ ownContext, ...turn }) => {
      const brought = contexts.get(turn.id)?.messages as readonly ChatMessage[] | undefined;
      const said = brought ?? (roundsOf.get(turn.id) ?? []).flatMap(toMessages);
      const count = brought ? rounds : Math.min(rounds, ownContext?.rounds ?? USUAL_ROUNDS);
      const history = latestRounds(said, count);
      const { question, sources } = turn;
      const context = writePassages(sources);
      const given = ownContext?.instructions ?? templates.get(templateOf(turn)) ?? PASSAGES_ALONE;
      // An older release accepted instructions that fill the memory when they are rendered.
      const isTooLong = describeSizeFault(given, { question, context }, Infinity) !== null;
      const instructions: Instructions = isTooLong ? { ...given, kind: 'verbatim' } : given;
      const compose = this.composerOf(turn);
      const prompt = compose({ instructions, question, context, history, contextTokens: Infinity });
      return { ...turn, history, prompt };
    });
  }

  /** As the prompt composer sent them. */
  private composerOf({ variant }: Pick<AskedTurn, 'variant'>): (parts: PromptParts) => ChatMessage[] {
    const isKept = this.wires.some(({ name, keepsMessages }) => name === variant && keepsMessages);
    return isKept ? composeMessages : composeSentMessages;
  }

  /** The templates of some turns, each read once. */
  private async readTemplates(
    clientId: string,
    turns: readonly AskedTurn[],
  ): Promise<Map<string, Instructions>> {
    const found = new Map<string, Instructions>();
    for (const [key, [turn]] of Map.groupBy(turns, templateOf)) {
      if (!turn || turn.promptName === null) continue;
      const text = await this.prompts.findVersion(clientId, turn.promptName, turn.promptVersion);
      if (text !== null) found.set(key, { kind: 'template', text });
    }
    return found;
  }
}

/** No template has a line end in its name. */
function templateOf({ promptName, promptVersion }: Pick<AskedTurn, 'promptName' | 'promptVersion'>): string {
  return `${promptName}\n${promptVersion}`;
}

function toMessages({ question, answer }: EarlierRound): ChatMessage[] {
  return [
    { role: 'user', content: question },
    { role: 'assistant', content: answer },
  ];
}
