import { goClient } from '../go-client.js';
import { generateWith, missingJava, OPENAPI_GENERATOR } from '../openapi-generator/generator.js';

const PROPERTIES = {
  packageName: 'client',
  withGoMod: 'false',
  // Two enums may have the same value: without it their constants have the same name.
  enumClassPrefix: 'true',
  // Without it every field that the service adds some day breaks the client.
  disallowAdditionalPropertiesIfNotPresent: 'false',
  // The same of every value that an enum gets, such as a new error code.
  enumUnknownDefaultCase: 'true',
};

export const openapiGeneratorGo = goClient({
  name: 'openapi-generator go',
  version: OPENAPI_GENERATOR.version,
  stream: 'at the end',
  folder: 'openapi-generator-go',
  missing: missingJava,
  generate: (workshop) =>
    generateWith(workshop, { generator: 'go', output: 'client', properties: PROPERTIES }),
});
