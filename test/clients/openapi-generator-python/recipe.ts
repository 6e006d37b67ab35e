import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { generateWith, missingJava, OPENAPI_GENERATOR } from '../openapi-generator/generator.js';
import { pythonClient } from '../python-client.js';

const PACKAGE = 'llm_chat_client';

export const openapiGeneratorPython = pythonClient({
  name: 'openapi-generator python',
  version: OPENAPI_GENERATOR.version,
  stream: 'by hand',
  folder: 'openapi-generator-python',
  package: PACKAGE,
  missing: missingJava,
  generate: async (workshop) => {
    const properties = { packageName: PACKAGE };
    await generateWith(workshop, { generator: 'python', output: 'generated', properties });
    await cp(join(workshop.folder, 'generated', PACKAGE), join(workshop.folder, PACKAGE), {
      recursive: true,
    });
  },
});
