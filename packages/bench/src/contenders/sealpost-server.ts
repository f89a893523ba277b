import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@sealpost/testing/parts';
import { NodeProcess } from '../machine/node-process.ts';
import { scripts } from '../machine/scripts.ts';
import type { Ground } from './ground.ts';

const readyTimeoutMs = 60_000;

/** One process of the product, ready. */
export interface Server {
  readonly url: string;
  readonly process: NodeProcess;
}

interface Launch {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly nodeOptions: readonly string[];
}

export async function startServer(
  ground: Ground,
  { name, env, nodeOptions }: Launch,
): Promise<Server> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = new NodeProcess({
    args: [...ground.nodeOptions(name), ...nodeOptions, scripts.sealpost, 'serve'],
    env: {
      ...env,
      SEALPOST_PORT: String(port),
      SEALPOST_DATA_FOLDER: join(ground.folder, name),
    },
    log: join(ground.folder, `${name}.log`),
  });
  child.ignoreOutput();
  const end = performance.now() + readyTimeoutMs;
  while (!(await isReady(url))) {
    if (child.ended || performance.now() > end) {
      await child.stop();
      throw child.failure('was not ready');
    }
    await sleep(20);
  }
  return { url, process: child };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    // Nobody listens yet.
    return false;
  }
}
