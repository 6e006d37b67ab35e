/**
 * Installs what the service is measured beside: the npm packages of this folder, and LiteLLM in a Python environment of
 * its own where there is a Python. Nothing of it is part of the service.
 */
import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';

const LITELLM_FOLDER = join(homedir(), '.cache', 'llm-chat-service', 'litellm');
const LITELLM = 'litellm[proxy]==1.106.2';

function run(command, args) {
  return spawnSync(command, args, { cwd: import.meta.dirname, stdio: 'inherit' }).status === 0;
}

const hasPeers = run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts']);
const hasLiteLlm =
  run('python3', ['-m', 'venv', LITELLM_FOLDER]) &&
  run(join(LITELLM_FOLDER, 'bin', 'pip'), ['install', '--quiet', LITELLM]);
if (!hasLiteLlm) console.log('LiteLLM is not installed: the benchmark will leave it out');
process.exitCode = hasPeers ? 0 : 1;
