/** Every spec file runs in Node's own module loader: a worker loads Nest, TypeORM and Swagger once for all of them. */
export const shared = {
  testEnvironment: '<rootDir>/test/runner/environment.mjs',
  testRunner: '<rootDir>/test/runner/framework.mjs',
  setupFilesAfterEnv: ['<rootDir>/test/runner/logger.ts'],
  transform: {},
};

/**
 * What runs on PostgreSQL alone could differ on the embedded database too, which is PostgreSQL: these show the way from
 * a request to the stored row on it. All that is the embedded database's own is in test/embedded.
 */
const SMOKE = [
  'e2e/answers/busy-conversation',
  'e2e/answers/conversation',
  'e2e/faults/crash',
  'e2e/records/exports',
  'e2e/records/feedback',
  'e2e/clients/isolation',
  'e2e/answers/qa',
  'e2e/streams/resume',
  'integration/database-schema',
  'integration/knowledge',
  'integration/turn-context',
];

/** The settings of suites on a database, also of those that are no part of `npm test`. */
export const onDatabase = (database) => ({
  ...shared,
  testEnvironmentOptions: { database },
  globalSetup: `<rootDir>/test/runner/${database}.setup.ts`,
  globalTeardown: '<rootDir>/test/runner/teardown.ts',
});

export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/{src,test/property,test/structure,clients/typescript/src}/**/*.spec.ts'],
    },
    {
      ...onDatabase('postgres'),
      displayName: 'postgres',
      testMatch: ['<rootDir>/test/{integration,e2e}/**/*.spec.ts'],
    },
    {
      ...onDatabase('embedded'),
      displayName: 'embedded',
      testMatch: ['<rootDir>/test/embedded/**/*.spec.ts', `<rootDir>/test/{${SMOKE.join(',')}}.spec.ts`],
    },
  ],
  testTimeout: 30_000,
  // Most tests wait for something most of the time.
  maxWorkers: 2,
};
