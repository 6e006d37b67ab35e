import { Inject, Injectable } from '@nestjs/common';
import type { ChatMessage } from '../../llm/completion.js';
import { PromptService } from '../../prompt/prompt.service.js';
import { TurnContextRepository } from '../context/turn-context.repository.js';
import { WIRE_TRAITS, type WireTraits } from '../domain/wire-traits.js';
import type { Instructions } from '../prompting/instructions.js';
import { writePassages } from '../prompting/turn-passages.js';
import { composeSentMessages, composeMessages, type PromptParts } from '../prompting/turn-prompt.js';
import { historyOf, type ReadTurn, renderable, type Said, toKeptTranscript } from './kept-transcript.js';
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
      const stored = (roundsOf.get(turn.id) ?? []).flatMap(toMessages);
      const sent = contexts.get(turn.id);
      const template = templates.get(templateOf(turn));
      const asked = { ...turn, ownContext, stored, template, sent, rounds };
      return {
        ...turn,
        tools: sent?.tools ?? [],
        parallelToolCalls: ownContext?.parallelToolCalls ?? null,
        ...(sent?.includesQuestion ? toKeptTranscript(asked, sent) : this.composed(asked)),
      };
    });
  }

  /** Of a caller whose messages the service composed. */
  private composed(asked: ReadTurn): Said {
    const { ownContext, template, question, sources } = asked;
    const history = historyOf(asked);
    const context = writePassages(sources);
    const instructions = renderable(ownContext?.instructions ?? template ?? PASSAGES_ALONE, {
      question,
      context,
    });
    const compose = this.composerOf(asked);
    return {
      history,
      prompt: compose({ instructions, question, context, history, contextTokens: Infinity }),
    };
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
