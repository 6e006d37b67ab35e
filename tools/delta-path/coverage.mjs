/** Imported before the service: counts the calls of its functions, and reports the counts to the parent process. */
import { Session } from 'node:inspector/promises';
import process from 'node:process';

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });

/** Reports the calls since the last message. The parent names the scripts by the start of their URL. */
process.on('message', async (urlPrefix) => {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  process.send(result.filter(({ url }) => url.startsWith(urlPrefix)));
});
