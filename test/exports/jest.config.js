import { separate, withDatabase } from '../jest.separate.js';

/** This test needs Python with the package `datasets`; `PYTHON` names it. */
export default { ...separate('exports'), ...withDatabase, testTimeout: 120_000 };
