import { readUuid } from '../../../common/uuid.js';

const PREFIX = 'resp_';

/** What an item is called: by its kind, the turn, and its place in the output. */
export type ItemKind = 'msg' | 'rs' | 'fc' | 'ctc';

/** The id of a response: its turn's UUID without hyphens. */
export function toResponseId(turnId: string): string {
  return PREFIX + withoutHyphens(turnId);
}

/** The turn of a response; null: no response of ours can have this id. */
export function readResponseId(id: string): string | null {
  return id.startsWith(PREFIX) ? readUuid(id.slice(PREFIX.length)) : null;
}

/** The id of an item of the output: the same in the stream, in the answer and whenever it is read again. */
export function toItemId(kind: ItemKind, turnId: string, index: number): string {
  return `${kind}_${withoutHyphens(turnId)}_${index}`;
}

/** The turn of an item, and its place in the output; null: no item of ours can have this id. */
export function readItemId(id: string): { readonly turnId: string; readonly index: number } | null {
  const [, hex, index] = /^(?:msg|rs|fc|ctc)_([0-9a-f]{32})_(\d{1,6})$/.exec(id) ?? [];
  const turnId = readUuid(hex ?? '');
  return turnId === null ? null : { turnId, index: Number(index) };
}

/** The id of an item that a model was given. */
export function toInputItemId(turnId: string, index: number): string {
  return `in_${withoutHyphens(turnId)}_${index}`;
}

function withoutHyphens(uuid: string): string {
  return uuid.replaceAll('-', '');
}
