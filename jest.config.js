/** Settings that the unit specs (beside the code) and the suites under test/ share. */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
};

/**
 * Specs of what callers and model servers send: the database has no part in what they show, so they run on PostgreSQL
 * alone. On both they would take `npm test` some minutes more.
 */
const ONCE = [
  'bad-filters',
  'bad-input',
  'blocked-process',
  'break-settings',
  'break',
  'dropped-streams',
  'faults-upstream',
  'generated-client',
  'hop-by-hop',
  'lenient-scalars',
  'long-deltas',
  'methods-and-paths',
  'no-5xx',
  'openai-sdks',
  'retry',
  'slow-bodies',
  'slow-readers',
  'stream-clients',
  'typescript-client',
  'typescript-client-package',
  'unread-bodies',
  'usage',
  'wechat-bot',
];
const isOnPostgres = process.env['TEST_DATABASE'] === 'postgres';

export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/{src,test/property,clients/typescript/src}/**/*.spec.ts'],
    },
    {
      ...shared,
      displayName: 'service',
      testMatch: ['<rootDir>/test/{integration,e2e,structure}/**/*.spec.ts'],
      testPathIgnorePatterns: [
        '/node_modules/',
        ...(isOnPostgres ? [] : [`/test/e2e/(?:${ONCE.join('|')})\\.spec\\.ts$`]),
      ],
      globalSetup: '<rootDir>/test/support/database.setup.ts',
      globalTeardown: '<rootDir>/test/support/database.teardown.ts',
    },
  ],
  testTimeout: 30_000,
  // Most tests wait for something most of the time.
  maxWorkers: 2,
};
