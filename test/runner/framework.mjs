import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import circus from 'jest-circus/runner';
import '../../tools/typescript.mjs';

const require = createRequire(import.meta.url);
const TEST_TIMEOUT = Symbol.for('TEST_TIMEOUT_SYMBOL');
const EVENT_HANDLERS = Symbol.for('EVENT_HANDLERS');

process.setSourceMapsEnabled(true);

/** What spec files import of `@jest/globals`: the object of the spec file that runs at present. */
const JEST_GLOBALS = `data:text/javascript,${encodeURIComponent(
  'export const jest = new Proxy({}, { get: (_, name) => globalThis.jest[name] });',
)}`;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@jest/globals' ? { url: JEST_GLOBALS, shortCircuit: true } : next(specifier, context),
});

/**
 * Jest's own test framework (`jest-circus`) over Node's own module loader: a worker loads what its spec files import
 * once, and not again in a VM context of each. So spec files of a worker share the state of modules.
 */
export default function run(globalConfig, projectConfig, environment, runtime, path, sendMessageToJest) {
  // Jest's formatter of stacks knows the source maps of its own compiler only.
  Error.prepareStackTrace = undefined;
  // Both would reach from one spec file into the next.
  delete globalThis[TEST_TIMEOUT];
  delete globalThis[EVENT_HANDLERS];
  const { jest } = runtime.requireModuleOrMock(path, '@jest/globals');
  globalThis.jest = jest;
  process.env['TEST_DATABASE'] = projectConfig.testEnvironmentOptions.database ?? '';

  const native = {
    requireInternalModule(name) {
      // Its state is that of one spec file.
      delete require.cache[name];
      return require(name);
    },
    requireModule: require,
    unstable_shouldLoadAsEsm: () => true,
    async unstable_importModule(name) {
      const url = pathToFileURL(name);
      // Else a file would not run again in the next project, or for the next spec file.
      url.search = name === path ? projectConfig.id : `${projectConfig.id}-${path}`;
      await import(url.href);
      // `jest.setTimeout` writes it where Jest's own context would be.
      globalThis[TEST_TIMEOUT] = environment.global[TEST_TIMEOUT];
    },
    setGlobalsForRuntime: (globals) => void Object.assign(globalThis, globals),
    resetModules: () => undefined,
    clearAllMocks: () => runtime.clearAllMocks(),
    resetAllMocks: () => runtime.resetAllMocks(),
    restoreAllMocks: () => runtime.restoreAllMocks(),
    enterTestCode: () => runtime.enterTestCode(),
    leaveTestCode: () => runtime.leaveTestCode(),
  };
  return circus.default(globalConfig, projectConfig, environment, native, path, sendMessageToJest);
}
