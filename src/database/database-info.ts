/** What kind of database the service has. */
export class DatabaseInfo {
  /** The one that the service brings along; it belongs to this process alone. */
  readonly isEmbedded: boolean;
  /** Embedded, and made at this start. A start that is killed right after it is not made up for by the next. */
  readonly isNew: boolean;
  /** Embedded, and of another process that runs now: only a command-line tool has that. */
  readonly isJoined: boolean;

  constructor({ isEmbedded, isNew, isJoined }: { isEmbedded: boolean; isNew: boolean; isJoined: boolean }) {
    this.isEmbedded = isEmbedded;
    this.isNew = isNew;
    this.isJoined = isJoined;
  }
}
