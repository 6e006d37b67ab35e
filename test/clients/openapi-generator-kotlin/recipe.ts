import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../command.js';
import { folderOf, type Generator } from '../generator.js';
import { fetchJars, jarsOf } from '../maven.js';
import { generateWith, missingJava, OPENAPI_GENERATOR } from '../openapi-generator/generator.js';

const HOME = folderOf('openapi-generator-kotlin');
const POM = join(HOME, 'pom.xml');
const JARS = jarsOf(POM);

const PROPERTIES = {
  // Without it every value that an enum gets some day, such as a new error code, breaks the client.
  enumUnknownDefaultCase: 'true',
  packageName: 'llmchat.client',
};

export const openapiGeneratorKotlin: Generator = {
  name: 'openapi-generator kotlin',
  version: OPENAPI_GENERATOR.version,
  language: 'Kotlin',
  stream: 'by hand',
  missing: missingJava,
  generate: async (workshop) => {
    await fetchJars(POM);
    await generateWith(workshop, { generator: 'kotlin', output: 'client', properties: PROPERTIES });
    await copyFile(join(HOME, 'Program.kt'), join(workshop.folder, 'Program.kt'));
  },
  compile: async ({ folder: cwd }) => {
    const classpath = (await readdir(JARS)).map((jar) => join(JARS, jar)).join(':');
    const compiler = ['-cp', `${JARS}/*`, 'org.jetbrains.kotlin.cli.jvm.K2JVMCompiler', '-nowarn'];
    const options = ['-no-stdlib', '-no-reflect', '-cp', classpath, '-d', 'classes'];
    // Both at once: the compiler takes longer to start than for the program.
    const args = [...compiler, ...options, 'client/src/main/kotlin', 'Program.kt'];
    await run({ command: 'java', args, cwd, longestMs: 1_200_000 });
  },
  program: ({ folder: cwd }) => ({ command: 'java', args: ['-cp', `classes:${JARS}/*`, 'ProgramKt'], cwd }),
};
