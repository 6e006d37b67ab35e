/**
 * Adds to package-lock.json the optional packages of other platforms that npm leaves out when the
 * registry does not have them: without them `npm ci` refuses the file, there and everywhere else.
 * To be run after each `npm install` that changes the dependencies. It adds entries and changes none.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = 'package-lock.json';
const SYSTEMS = {
  darwin: 'darwin',
  linux: 'linux',
  win32: 'win32',
  freebsd: 'freebsd',
  android: 'android',
  openharmony: 'openharmony',
};
const PROCESSORS = ['arm64', 'x64', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64', 'arm', 'wasm32'];

const lock = JSON.parse(readFileSync(FILE, 'utf8'));
const packages = lock.packages;

for (const [path, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (isInstalledFor(path, name) || !/^\d+\.\d+\.\d+/.test(version)) continue;
    packages[`node_modules/${name}`] = { version, ...platformOf(name), ...(dev && { dev }), optional: true };
    process.stdout.write(`added ${name}@${version}\n`);
  }
}
lock.packages = Object.fromEntries(
  Object.entries(packages).sort(([left], [right]) => (left < right ? -1 : 1)),
);
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);

/** Whether the lock has `name` where a package at `path` would look for it. */
function isInstalledFor(path, name) {
  for (let base = path; ; base = parentOf(base)) {
    if (`${base === '' ? '' : `${base}/`}node_modules/${name}` in packages) return true;
    if (base === '') return false;
  }
}

/** The package that `path` is nested in; the project itself is ''. */
function parentOf(path) {
  const nested = path.lastIndexOf('/node_modules/');
  return nested < 0 ? '' : path.slice(0, nested);
}

/** What the names of platform packages say: `core-linux-arm64-musl`, `resolver-binding-darwin-x64`. */
function platformOf(name) {
  const words = name.split('/').at(-1).split(/[-.]/);
  const os = words.flatMap((word) => SYSTEMS[word] ?? []).slice(0, 1);
  const isArm = words.some((word) => /eabi/.test(word));
  const cpu = isArm ? ['arm'] : PROCESSORS.filter((processor) => words.includes(processor)).slice(0, 1);
  const libc = words.some((word) => word.startsWith('musl'))
    ? ['musl']
    : words.includes('gnu') && os[0] === 'linux'
      ? ['glibc']
      : [];
  return {
    ...(cpu.length > 0 && { cpu }),
    ...(os.length > 0 && { os }),
    ...(libc.length > 0 && { libc }),
  };
}
