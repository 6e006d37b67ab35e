/**
 * A fault that stops the start and that the operator can correct: the message says how, and
 * is printed without a stack. Never holds a secret.
 */
export class StartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartError';
  }
}
