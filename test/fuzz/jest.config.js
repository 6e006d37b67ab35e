import { separate } from '../jest.separate.js';

/** This test needs Schemathesis, which is a program in Python, and the built service. */
export default { ...separate('fuzz'), testTimeout: 900_000 };
