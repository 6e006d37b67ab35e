import { AppError, invalidField } from '../../common/errors/app-error.js';
import type { PartKind } from '../../config/app-config.js';
import type { ModelMessage } from '../../llm/completion.js';
import type { ModelDescription } from '../../llm/model-description.js';
import { kindOfPart } from '../../llm/prompt/part-kind.js';
import { estimatePromptTokens } from '../../llm/prompt/prompt-tokens.js';
import type { TurnRequest } from '../domain/turn-request.js';

/** What the built-in model cannot do: it quotes, and an answer that ignores these is another one than the caller can use. */
const BEYOND_BUILTIN: readonly string[] = ['tools', 'response_format', 'stop'];

const PLURALS: Readonly<Record<PartKind, string>> = {
  text: 'texts',
  image: 'images',
  audio: 'audio parts',
  video: 'videos',
  file: 'files',
};

/**
 * Refuses what the model cannot be asked, before anything is stored or sent.
 * @throws AppError `validation_failed` for a parameter or a part of a message that it does not take
 */
export function refuseUnfit(request: TurnRequest, model: ModelDescription): void {
  refuseParameters(request, model);
  refuseParts(request.sent ?? [], model);
}

/** By its name: the caller would wait for its effect. */
function refuseParameters({ parameters = {}, toolsPointer }: TurnRequest, model: ModelDescription): void {
  const names = Object.keys(parameters);
  const pointerOf = (name: string) => (name === 'tools' && toolsPointer) || `/${name}`;
  const refused = names.find((name) => model.passes?.includes(name) === false);
  if (refused !== undefined)
    throw invalidField(pointerOf(refused), 'is not taken by this model: leave it out');
  const beyond = names.find((name) => model.builtin && isBeyondBuiltin(name, parameters[name]));
  if (beyond !== undefined)
    throw invalidField(
      pointerOf(beyond),
      'is not supported by the built-in model: leave it out, or configure a model server (LLM_BASE_URL and LLM_MODEL)',
    );
}

function isBeyondBuiltin(name: string, value: unknown): boolean {
  const isPlainText = name === 'response_format' && (value as { type?: unknown }).type === 'text';
  return BEYOND_BUILTIN.includes(name) && !isPlainText;
}

function refuseParts(sent: readonly ModelMessage[], { accepts }: ModelDescription): void {
  if (!accepts) return;
  for (const [index, { content }] of sent.entries()) {
    if (!Array.isArray(content)) continue;
    const at = content.findIndex((part) => !accepts.includes(kindOfPart(part)));
    if (at < 0) continue;
    const kind = kindOfPart(content[at]);
    throw invalidField(
      `/messages/${index}/content/${at}`,
      `is refused: ${PLURALS[kind]} are not supported by this model (message ${index})`,
    );
  }
}

/**
 * Refuses messages beyond the context that the operator configured: a server may cut what it has no room for, and say nothing.
 * Without a configured context, the server decides.
 * @throws AppError `context_too_long`
 */
export function refuseBeyondContext(
  { sent, parameters, maxTokens = 0 }: TurnRequest,
  { windowTokens }: ModelDescription,
): void {
  if (!sent || windowTokens === undefined) return;
  const tokens = estimatePromptTokens({ messages: sent, parameters });
  if (tokens + maxTokens <= windowTokens) return;
  const answer = maxTokens > 0 ? `, and the answer may have ${maxTokens}` : '';
  throw new AppError('context_too_long', 'The messages are too long for the model.', {
    errors: [
      {
        pointer: '/messages',
        detail:
          `have about ${tokens} tokens${answer}, but the maximum context length of this model is ${windowTokens} ` +
          'tokens: reduce the length of the messages',
      },
    ],
  });
}
