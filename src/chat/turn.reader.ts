/** What other modules may know of a turn. */
export interface TurnOwner {
  /** As stored: lower case. */
  readonly turnId: string;
  /** The end user who asked; null: nobody in particular. */
  readonly endUser: string | null;
}

/** The port through which other modules look turns up. */
export abstract class TurnReader {
  /** The turn of this client, whatever its state; null when there is none or `turnId` is no UUID. */
  abstract findOwner(clientId: string, turnId: string): Promise<TurnOwner | null>;
}
