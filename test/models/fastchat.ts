import { freePort } from '../support/programs/free-port.js';
import { MODEL } from './asking.js';
import { DELTA_CHARS, DELTA_MS, KNOWN_TEXT } from './known-text.js';
import { Program } from './program.js';
import { PythonEnvironment, scriptAt } from './python.js';
import type { RealServer, RunningServer } from './real-server.js';

const PACKAGES = new PythonEnvironment('fastchat');

/** FastChat's controller and OpenAI server, with a worker on FastChat's base class. */
export const fastChat: RealServer = {
  name: 'FastChat',
  version: PACKAGES.versionOf('fschat'),
  install: () => PACKAGES.install(),
  start,
};

async function start(folder: string): Promise<RunningServer> {
  const [controllerPort, port, workerPort] = [await freePort(), await freePort(), await freePort()];
  const controllerUrl = `http://127.0.0.1:${controllerPort}`;
  const workerUrl = `http://127.0.0.1:${workerPort}`;
  const common = { command: PACKAGES.python, env: { LOGDIR: folder }, folder };
  const loopback = (ofServer: number) => ['--host', '127.0.0.1', '--port', String(ofServer)];
  const byController = ['--controller-address', controllerUrl];
  const controller = new Program({
    ...common,
    name: 'the controller',
    args: ['-m', 'fastchat.serve.controller', ...loopback(controllerPort)],
    readyUrl: `${controllerUrl}/test_connection`,
  });
  const worker = new Program({
    ...common,
    name: 'the worker',
    args: [
      ...[scriptAt('toy_worker.py'), ...byController, '--port', String(workerPort), '--model', MODEL],
      ...['--text', KNOWN_TEXT, '--delta-chars', String(DELTA_CHARS), '--delta-ms', String(DELTA_MS)],
    ],
    readyUrl: `${workerUrl}/trial_answers`,
  });
  const front = new Program({
    ...common,
    name: 'the OpenAI server',
    args: ['-m', 'fastchat.serve.openai_api_server', ...loopback(port), ...byController],
    readyUrl: `http://127.0.0.1:${port}/v1/models`,
  });
  const programs = [controller, worker, front];
  for (const program of programs) await program.start();
  return {
    environment: { LLM_BASE_URL: `http://127.0.0.1:${port}/v1`, LLM_MODEL: MODEL },
    text: KNOWN_TEXT,
    faults: ['error', 'too long'],
    plan: async (fault) => {
      if (fault === 'error') await fetch(`${workerUrl}/trial_error`, { method: 'POST' });
    },
    countAnswers: async () =>
      ((await (await fetch(`${workerUrl}/trial_answers`)).json()) as { open: number }).open,
    front,
    behind: worker,
    stop: async () => {
      for (const program of programs) await program.kill();
    },
  };
}
