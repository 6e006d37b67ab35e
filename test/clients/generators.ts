import type { Generator } from './generator.js';
import { heyApi } from './hey-api/recipe.js';
import { openapiFetch } from './openapi-fetch/recipe.js';
import { ogen } from './ogen/recipe.js';
import { oapiCodegen } from './oapi-codegen/recipe.js';
import { openapiGeneratorGo } from './openapi-generator-go/recipe.js';
import { openapiGeneratorJava } from './openapi-generator-java/recipe.js';
import { openapiGeneratorKotlin } from './openapi-generator-kotlin/recipe.js';
import { openapiGeneratorPython } from './openapi-generator-python/recipe.js';
import { openapiPythonClient } from './openapi-python-client/recipe.js';
import { orval } from './orval/recipe.js';

/** In the order of the table. */
export const GENERATORS: readonly Generator[] = [
  heyApi,
  openapiFetch,
  orval,
  openapiPythonClient,
  openapiGeneratorPython,
  openapiGeneratorJava,
  openapiGeneratorKotlin,
  oapiCodegen,
  ogen,
  openapiGeneratorGo,
];
