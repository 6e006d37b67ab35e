/**
 * The import rules of docs/architecture.md, run by `npm run check:imports`. Imports run one way:
 * main -> app -> features -> database, config -> common. Type imports count too.
 */

const FEATURES = 'auth|llm|prompt|knowledge|chat|feedback|receipt|health';
const SPEC = '\\.spec\\.ts$';

/** A folder, as a path that is not one of the given ones. */
const outside = (...folders) => `^src/(?!(?:${folders.join('|')})/)`;

/** What of a feature another one may see. A new face is named here, or it is none. */
const FACES_OF_FEATURES = [
  '^src/(?:chat/(?:answering|conversation)/|knowledge/documents/|[^/]+/)[^/]+\\.(?:module|service)\\.ts$',
  '^src/auth/(?:calling-client|client-settings|(?:public|takes-own-places)\\.decorator)\\.ts$',
  '^src/llm/(?:completion|model-description|prompt/(?:content-text|part-kind|prompt-tokens)|embeddings/(?:embedding-request|vector-answer))\\.ts$',
  '^src/prompt/template/template\\.ts$',
  '^src/knowledge/retriever\\.ts$',
  '^src/chat/reading/(?:turn-queries|transcript-builder|turn-views)\\.ts$',
];

/** Every feature may know who is calling, and open a route. */
const FACES_OF_AUTH =
  '^src/auth/(?:calling-client|client-settings|(?:public|takes-own-places)\\.decorator)\\.ts$';

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const layers = [
  forbid(
    'common-imports-nothing-of-ours',
    'Every other folder uses common/.',
    { path: '^src/common/' },
    { path: outside('common') },
  ),
  forbid(
    'config-imports-common-only',
    'The configuration is read before anything else exists.',
    { path: '^src/config/' },
    { path: outside('config', 'common') },
  ),
  forbid(
    'database-imports-config-and-common-only',
    'The database knows no feature; entities reach it through their modules.',
    { path: '^src/database/' },
    { path: outside('database', 'config', 'common') },
  ),
  forbid(
    'nothing-imports-the-app',
    'app/ and the files directly in src/ put the service together: a feature that needs one of them is on the wrong floor.',
    { path: '^src/', pathNot: ['^src/[^/]+\\.ts$', '^src/app/'] },
    { path: '^src/(?:[^/]+\\.ts$|app/)' },
  ),
  forbid(
    'nothing-imports-an-entry-point',
    'Importing main or cli would start the service or run a command.',
    {},
    { path: '^src/(?:main|cli|database/migration-run)\\.ts$' },
  ),
  forbid(
    'entry-points-alone-load-programs',
    'An entry point looks at the version of Node.js first.',
    { pathNot: '^src/(?:main|cli|database/migration-run)\\.ts$' },
    { path: '^src/(?:app/serve|app/cli/run-command|database/run-migrations)\\.ts$' },
  ),
  forbid(
    'app-sees-faces-only',
    'The app puts modules together and asks services. The command line asks one loader more.',
    { path: '^src/(?:[^/]+\\.ts$|app/)' },
    {
      path: `^src/(?:${FEATURES})/`,
      pathNot: [
        ...FACES_OF_FEATURES,
        '^src/knowledge/index/knowledge-loader\\.ts$',
        // The errors and operations of a wire apply to all routes.
        '^src/chat/wire/wires?\\.ts$',
      ],
    },
  ),
];

const features = [
  forbid(
    'feature-shows-its-face-only',
    'Across features go modules, services, ports and types; never an entity, a repository, a DTO or a controller.',
    { path: `^src/(${FEATURES})/` },
    { path: `^src/(?!$1/)(?:${FEATURES})/`, pathNot: FACES_OF_FEATURES },
  ),
  forbid(
    'auth-imports-no-feature',
    'Every feature asks auth who is calling; auth asks no feature.',
    { path: '^src/auth/' },
    { path: `^src/(?!auth/)(?:${FEATURES})/` },
  ),
  forbid(
    'llm-imports-no-feature',
    'A model answers messages. It does not know what they are for.',
    { path: '^src/llm/' },
    { path: `^src/(?!llm/)(?:${FEATURES})/`, pathNot: FACES_OF_AUTH },
  ),
  forbid(
    'prompt-and-knowledge-import-auth-only',
    'Templates and documents belong to a client, and are used by the chat: never the other way round.',
    { path: '^src/(prompt|knowledge)/' },
    { path: `^src/(?!(?:$1|auth)/)(?:${FEATURES})/` },
  ),
  forbid(
    'chat-imports-what-it-is-made-of',
    'chat -> prompt, knowledge, llm, auth.',
    { path: '^src/chat/' },
    { path: `^src/(?!(?:chat|prompt|knowledge|llm|auth)/)(?:${FEATURES})/` },
  ),
  forbid(
    'feedback-reads-turns-only',
    "feedback -> chat's module and turn reader, auth.",
    { path: '^src/feedback/' },
    {
      path: `^src/(?!(?:feedback|auth)/)(?:${FEATURES})/`,
      pathNot: '^src/chat/(?:chat\\.module|reading/(?:turn-queries|transcript-builder|turn-views))\\.ts$',
    },
  ),
  forbid(
    'health-imports-no-feature',
    'Readiness never asks a feature: a model that fails would take every replica out at once.',
    { path: '^src/health/' },
    { path: `^src/(?!health/)(?:${FEATURES})/`, pathNot: '^src/auth/public\\.decorator\\.ts$' },
  ),
  forbid(
    'controllers-ask-services',
    'A controller method is decorators, one call, return; queries are asked for by services.',
    { path: '[/.]controller\\.ts$' },
    { path: '\\.(?:repository|entity)\\.ts$' },
  ),
];

const chat = [
  forbid(
    'segmenter-imports-nothing-of-ours',
    'It cuts text into messages: a library inside the service, which knows neither turns nor wires.',
    { path: '^src/segmenter/', pathNot: SPEC },
    { path: '^src/', pathNot: '^src/segmenter/' },
  ),
  forbid(
    'domain-is-pure',
    'Events, requests and folds are values. They know no Nest, no TypeORM, no wire.',
    { path: '^src/chat/domain/', pathNot: SPEC },
    {
      pathNot: [
        '^src/chat/domain/',
        '^src/llm/(?:completion|prompt/content-text)\\.ts$',
        '^src/common/errors/app-error\\.ts$',
      ],
    },
  ),
  forbid(
    'core-knows-no-wire',
    'Wires decode to the domain and encode from it. Only the module knows both.',
    { path: '^src/chat/', pathNot: ['^src/chat/wire/', '^src/chat/chat\\.module\\.ts$'] },
    { path: '^src/chat/wire/' },
  ),
  forbid(
    'wires-never-meet',
    'A further wire is one more folder; the others do not change for it.',
    { path: '^src/chat/wire/([^/]+)/' },
    { path: '^src/chat/wire/(?!$1/)[^/]+/' },
  ),
  forbid(
    'what-wires-share-knows-no-wire',
    'What is in wire/ itself serves every wire, so it depends on none. Only the list names them.',
    { path: '^src/chat/wire/[^/]+\\.ts$', pathNot: '^src/chat/wire/wires\\.ts$' },
    { path: '^src/chat/wire/[^/]+/' },
  ),
];

const packages = [
  forbid(
    'typeorm-stays-in-entities-repositories-database',
    'Elsewhere a query could forget its owner, and a test its fake.',
    { path: '^src/', pathNot: ['\\.(?:entity|repository)\\.ts$', '^src/database/', SPEC] },
    { path: '(?:^|/)node_modules/typeorm/' },
  ),
  forbid(
    'nest-typeorm-stays-in-modules-and-repositories',
    'Entities are registered by modules and injected into repositories.',
    { path: '^src/', pathNot: ['\\.(?:module|repository)\\.ts$', '^src/database/', SPEC] },
    { path: '(?:^|/)node_modules/@nestjs/typeorm/' },
  ),
  forbid(
    'express-stays-at-the-edge',
    'Handlers take decoded values; what touches requests and responses is here.',
    {
      path: '^src/',
      pathNot: [
        '^src/common/http/',
        '^src/chat/wire/[^/]+/middleware\\.ts$',
        '^src/auth/(?:calling-client|auth\\.guard)\\.ts$',
        '^src/app/(?:openapi/(?:served-texts|openapi-document)|app-setup|request-bodies|response-rules)\\.ts$',
        '^src/playground/[^/]+\\.middleware\\.ts$',
        SPEC,
      ],
    },
    { path: '(?:^|/)node_modules/(?:@types/)?express(?:-serve-static-core)?/' },
  ),
  forbid(
    'platform-express-stays-in-the-app',
    'Modules are made for Nest, not for one HTTP server.',
    { path: '^src/', pathNot: ['^src/[^/]+\\.ts$', '^src/app/'] },
    { path: '(?:^|/)node_modules/@nestjs/platform-express/' },
  ),
  forbid(
    'postgres-stays-in-database',
    'There is one driver and one way to open it.',
    { path: '^src/', pathNot: '^src/database/' },
    { path: '(?:^|/)node_modules/(?:pg|pg-[^/]+|@types/pg|@electric-sql/[^/]+)/' },
  ),
  forbid(
    'undici-stays-in-llm',
    'Only models are called over HTTP.',
    { path: '^src/', pathNot: '^src/llm/' },
    { path: '(?:^|/)node_modules/undici/' },
  ),
  forbid(
    'no-development-package-in-the-service',
    'The image has none of them: the service would not start.',
    { path: '^src/', pathNot: SPEC },
    { dependencyTypes: ['npm-dev'], pathNot: '(?:^|/)node_modules/@types/' },
  ),
  forbid(
    'no-undeclared-package',
    'A package that package.json does not name may be gone with the next update.',
    { path: '^src/', pathNot: SPEC },
    { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  ),
];

const shape = [
  forbid('no-cycle', 'Two files that need each other are one, or three.', {}, { circular: true }),
  forbid('no-dead-import', 'An import that leads nowhere.', {}, { couldNotResolve: true }),
  forbid('no-import-of-a-spec', 'What two specs share has a file of its own.', {}, { path: SPEC }),
  forbid(
    'no-import-of-a-test-or-a-tool',
    "The service does not know its tests and its developers' tools: the image has neither.",
    { path: '^src/', pathNot: SPEC },
    { path: '^(?:test|tools)/' },
  ),
  forbid(
    'no-barrel',
    'A barrel loads everything for one thing, and hides cycles.',
    {},
    { path: '^src/(?:index|.*/index)\\.ts$' },
  ),
  forbid(
    'no-drawer',
    'A file is named for what it is; such a folder takes anything.',
    {},
    { path: '^src/(?:.*/|)(?:utils|helpers|shared|interfaces|misc)/' },
  ),
];

module.exports = {
  forbidden: [...shape, ...layers, ...features, ...chat, ...packages],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Counts `import type` too: a type of a stranger's entity ties to it all the same.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
