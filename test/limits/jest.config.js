import { separate, withDatabase } from '../jest.separate.js';

/** These tests take minutes, or need root, nginx or libfaketime. */
export default {
  ...separate('limits'),
  ...withDatabase,
  // They load the machine, and would be each other's fault.
  maxWorkers: 1,
  testTimeout: 120_000,
};
