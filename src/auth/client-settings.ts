/** The form of a JSON answer of the Conversation API: JSON, or one frame of `text/event-stream`, as clients of the reference system read it. */
export type AnswerForm = 'json' | 'sse';

/** What the command line sets for one client (`client:set`). Absent: the default of the environment, or of the service. */
export interface ClientSettings {
  /** Whether answers of the QA API are cut into messages by BREAK. */
  readonly breakEnabled?: boolean;
  /** Smallest piece before a BREAK, in characters: 1 to 100,000. Without effect beside `breakMaxBytes`. */
  readonly breakMinChars?: number;
  /** After how many ms an open piece is ended: 1 to 3,600,000. Without effect beside `breakMaxBytes`. */
  readonly breakAfterMs?: number;
  /** The longest message that its channel takes, in UTF-8 bytes: 64 to 10,000,000; absent: any. */
  readonly breakMaxBytes?: number;
  /** After how many ms the first piece ends with its sentence: 0 (never) to 3,600,000; absent: never. */
  readonly breakFirstMs?: number;
  /** Absent: `json`. */
  readonly wholeAnswer?: AnswerForm;
}

/** A change of a client's settings: null takes a value back to its default, an absent one stays as it is. */
export type ClientSettingsChange = { readonly [Name in keyof ClientSettings]?: ClientSettings[Name] | null };
