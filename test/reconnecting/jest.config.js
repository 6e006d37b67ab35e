import { separate, withDatabase } from '../jest.separate.js';

/** These tests need Go, Rust and a JDK with Maven; what is missing is skipped by its name. */
export default { ...separate('reconnecting'), ...withDatabase, testTimeout: 600_000 };
