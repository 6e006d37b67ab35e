/**
 * What keeps the service or a tool from starting and whoever starts it can mend: its message says how, and
 * is told without a stack. Never holds a secret.
 */
export class StartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartError';
  }
}
