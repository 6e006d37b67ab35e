import { createHash } from 'node:crypto';
import { AppError } from '../../common/errors/app-error.js';
import type { PromptChoice, TurnRequest } from '../domain/turn-request.js';
import { formerRequest } from './former-request.js';
import type { TurnEntity } from '../turn/turn.entity.js';

/**
 * What can be said in several ways: the default model need not be named, nor the label `production`, and a prompt
 * may have an alias.
 */
export interface SameNames {
  readonly defaultModel?: string;
  readonly prompts: SamePrompts;
}

export interface SamePrompts {
  /** One text for each `prompt_name` that says the same if nothing is kept under an alias. */
  canonicalName(promptName: string): string;
  /** The names, without a version, that the template of a `prompt_name` may be kept under. */
  keptNames(promptName: string): readonly string[];
}

/**
 * SHA-256 of a decoded request: equal for bodies that mean the same, whatever the order of their members,
 * whether they ask for a stream, and whichever of the `same` names they use.
 */
export function hashRequest(request: TurnRequest, same: SameNames): Buffer {
  // Where a fault would be reported is no part of what is asked; of the wire, the name alone stays the same.
  const { wire, promptPointer: _, toolsPointer: __, ...asked } = request;
  const model = request.model === same.defaultModel ? undefined : request.model;
  const meaning = { ...asked, variant: wire.name, model, prompt: canonicalPrompt(request.prompt, same) };
  return createHash('sha256').update(canonical(meaning)).digest();
}

/**
 * Whether `request` asks again for what `turn` answers. Asks the turn for the model that was the default one
 * then, and for the template that the name stood for: both may have changed, and the request has not. Nor has it
 * when a label was moved: its version is not asked for.
 */
export function isRepetition(
  request: TurnRequest,
  turn: Pick<TurnEntity, 'requestHash' | 'model' | 'promptName'>,
  prompts: SamePrompts,
): boolean {
  const { prompt } = request;
  const isSamePrompt =
    prompt.kind !== 'template' || prompts.keptNames(prompt.name).includes(turn.promptName ?? '');
  const forms = [request, formerRequest(request)].filter((form) => form !== null);
  return (
    isSamePrompt &&
    [undefined, turn.model].some((defaultModel) =>
      forms.some((form) => hashRequest(form, { defaultModel, prompts }).equals(turn.requestHash)),
    )
  );
}

/** @throws AppError `request_differs`, saying `detail`, when `request` does not ask for what `turn` answers */
export function expectRepetition(
  request: TurnRequest,
  turn: Parameters<typeof isRepetition>[1],
  { prompts, detail }: { readonly prompts: SamePrompts; readonly detail: string },
): void {
  if (!isRepetition(request, turn, prompts)) throw new AppError('request_differs', detail);
}

function canonicalPrompt(prompt: PromptChoice, { prompts }: SameNames): PromptChoice {
  return prompt.kind === 'template' ? { ...prompt, name: prompts.canonicalName(prompt.name) } : prompt;
}

/** JSON with the members in order of their names. It recurses: the reader of bodies bounds how deep they are nested. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.join(',')}}`;
}
