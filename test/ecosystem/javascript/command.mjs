/** Runs the command of a client that has no library. */
/* global Buffer, fetch */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { IMAGE } from './trial.mjs';

export const HOME = process.env['HOME'];

/** @returns all that the command printed */
export async function run(args, env = {}) {
  const { child, printed } = start(args, env);
  const [code] = await once(child, 'close');
  if (code === 0) return printed.out;
  throw new Error(`ended with ${code}: ${(printed.out + printed.error).slice(-1_500)}`);
}

/** Presses Ctrl+C when the model has begun its answer. */
export async function stop(args, env = {}) {
  const { child } = start(args, env);
  await untilBegun('stop');
  child.kill('SIGINT');
}

/** Writes a file into the home folder. @returns its path */
export function save(name, content) {
  const path = join(HOME, name);
  writeFileSync(path, content);
  return path;
}

/** @returns the path of a file that has the image */
export function saveImage() {
  return save('image.png', Buffer.from(IMAGE.split(',')[1], 'base64'));
}

function start([command, ...args], env) {
  const child = spawn(command, args, {
    cwd: HOME,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { out: '', error: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (printed.out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (printed.error += text));
  return { child, printed };
}

async function untilBegun(capability) {
  const isBegun = async () => (await fetch(`${process.env['BEGUN_URL']}/${capability}`)).json();
  while (!(await isBegun())) await pause(100);
  // The client must have the first words.
  await pause(1_000);
}
