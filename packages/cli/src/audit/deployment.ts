import { join } from 'node:path';
import { type Config, configFrom, openStores } from '@sealpost/app';
import { ServerProcess } from '../harness/server-process.ts';
import { dataFolder, logFile, sizeOf } from './places/files.ts';
import type { Source } from './places/source.ts';
import { storedValues } from './places/stored-values.ts';

/** A server to be audited, with the places that belong to it. */
export interface Deployment {
  readonly url: string;
  /** Whether it outlives the audit, which then has to clear up after itself. */
  readonly isKept: boolean;
  /** What can be searched once the canaries have gone through. */
  sources(): Promise<readonly Source[]>;
  end(): Promise<void>;
}

/** A server of the audit's own in `folder`, on its most verbose log, with the database that comes with it. */
export async function ownDeployment(folder: string): Promise<Deployment> {
  const data = join(folder, 'server');
  const server = await ServerProcess.on(data, {
    SEALPOST_PROFILE: 'embedded',
    SEALPOST_LOG__LEVEL: 'debug',
  });
  await server.start();
  const config = configFrom({ profile: 'embedded', dataFolder: data });
  return {
    url: server.url,
    isKept: false,
    sources: async () => {
      await server.end('SIGTERM');
      return [
        // First, while nobody works in it.
        dataFolder(data),
        logFile('server log', `${data}.log`, 0),
        storedValues(() => openStores(config, () => undefined)),
      ];
    },
    // Not killed: its database would outlive it for a moment.
    end: () => server.end('SIGTERM'),
  };
}

/** A server that runs already: its database is read, and of each log what is added from now on. */
export async function runningDeployment(
  url: string,
  config: Config,
  logs: readonly string[],
): Promise<Deployment> {
  const files = await Promise.all(
    logs.map(async (path) => logFile(`log ${path}`, path, await sizeOf(path))),
  );
  return {
    url,
    isKept: true,
    sources: async () => [storedValues(() => openStores(config)), ...files],
    end: async () => undefined,
  };
}
