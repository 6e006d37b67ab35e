import { separate, withDatabase } from '../jest.separate.js';

/** These tests need Python, and npm does not bring one. */
export default { ...separate('python'), ...withDatabase, testTimeout: 60_000 };
