import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../command.js';
import { folderOf, type Generator, type Workshop } from '../generator.js';
import { fetchJars, jarsOf } from '../maven.js';
import { generateWith, missingJava, OPENAPI_GENERATOR } from '../openapi-generator/generator.js';

const HOME = folderOf('openapi-generator-java');
const POM = join(HOME, 'pom.xml');

const PROPERTIES = {
  library: 'okhttp-gson',
  // Without it every field that the service adds some day breaks the client.
  disallowAdditionalPropertiesIfNotPresent: 'false',
  // The same of every value that an enum gets, such as a new error code.
  enumUnknownDefaultCase: 'true',
  openApiNullable: 'false',
  useJakartaEe: 'true',
  annotationLibrary: 'none',
  invokerPackage: 'llmchat.client',
  apiPackage: 'llmchat.client.api',
  modelPackage: 'llmchat.client.model',
};

export const openapiGeneratorJava: Generator = {
  name: 'openapi-generator java (okhttp-gson)',
  version: OPENAPI_GENERATOR.version,
  language: 'Java',
  stream: 'by hand',
  missing: missingJava,
  generate: async (workshop) => {
    await fetchJars(POM);
    await generateWith(workshop, { generator: 'java', output: 'client', properties: PROPERTIES });
    await copyFile(join(HOME, 'Program.java'), join(workshop.folder, 'Program.java'));
  },
  compile: async (workshop) => {
    const sources = await readdir(join(workshop.folder, 'client', 'src', 'main', 'java'), {
      recursive: true,
    });
    const files = sources
      .filter((name) => name.endsWith('.java'))
      .map((name) => join('client/src/main/java', name));
    await compile(workshop, ...files);
    // The generator's templates have warnings of their own; the program must have none.
    await compile(workshop, '-Xlint:all', '-Werror', 'Program.java');
  },
  program: ({ folder: cwd }) => ({ command: 'java', args: ['-cp', CLASSPATH, 'Program'], cwd }),
};

const CLASSPATH = `classes:${jarsOf(POM)}/*`;

async function compile({ folder: cwd }: Workshop, ...files: readonly string[]): Promise<void> {
  await run({ command: 'javac', args: ['-nowarn', '-cp', CLASSPATH, '-d', 'classes', ...files], cwd });
}
