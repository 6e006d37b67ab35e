/**
 * The oldest Node.js that runs the service: `undici` asks for it, and `node:sqlite`, `URL.parse`, `Map.groupBy` and
 * `Promise.withResolvers` are younger than Node.js 20. `engines` in package.json says the same.
 */
const OLDEST = [22, 19] as const;

/**
 * Ends the process with a sentence where Node.js is too old: the first module that uses a newer function would end it
 * with that function's name. An entry point calls it before it loads anything else, so that this file and the entry
 * points keep to what Node.js 14 can read.
 */
export function refuseOldNode(version = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  process.stderr.write(
    `This service needs Node.js ${OLDEST.join('.')} or later, and this is Node.js ${version}. ` +
      'npm start, and every other npm script, runs it with the Node.js 24 that npm ci installs.\n',
  );
  process.exit(1);
}
