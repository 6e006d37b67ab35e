import { invalidField } from '../../../../common/errors/app-error.js';

/**
 * How much of earlier responses a request may bring in. A caller that sends its dialogue itself has the limit of the body; one
 * that refers to it has the same, or a small body could fill the memory.
 */
export class InputBudget {
  private leftBytes: number;

  constructor(private readonly limitBytes: number) {
    this.leftBytes = limitBytes;
  }

  /** @throws AppError `validation_failed` at `pointer` when there is no room for the value */
  take(value: unknown, pointer: string): void {
    this.leftBytes -= Buffer.byteLength(JSON.stringify(value));
    if (this.leftBytes < 0)
      throw invalidField(
        pointer,
        `refers to more than ${this.limitBytes} bytes of earlier responses, the limit of a request (BODY_LIMIT_BYTES)`,
      );
  }
}
