import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run } from '../clients/command.js';

const ROOT = join(import.meta.dirname, '..', '..');

/** The scripts and the pinned requirements of the servers. */
const FOLDER = join(import.meta.dirname, 'python');

/** A Python environment with the packages of `python/<name>.txt`. */
export class PythonEnvironment {
  private readonly requirements: string;

  constructor(private readonly name: string) {
    this.requirements = join(FOLDER, `${name}.txt`);
  }

  /** @throws Error with the reason why the packages cannot be installed */
  async install(): Promise<void> {
    const args = ['scripts/python-packages.sh', `models-${this.name}`, this.requirements];
    await run({ command: 'bash', args, cwd: ROOT });
    if (!existsSync(this.python)) throw new Error(`${this.python} is missing`);
  }

  get python(): string {
    return join(homedir(), '.cache', 'llm-chat-service', `models-${this.name}`, 'bin', 'python');
  }

  /** The pinned version of a package. */
  versionOf(name: string): string {
    const version = new RegExp(`^${name}==(\\S+)$`, 'm').exec(readFileSync(this.requirements, 'utf8'))?.[1];
    if (version === undefined) throw new Error(`${name} is not in ${this.requirements}`);
    return version;
  }
}

/** The path of a script beside the requirements. */
export function scriptAt(name: string): string {
  return join(FOLDER, name);
}
