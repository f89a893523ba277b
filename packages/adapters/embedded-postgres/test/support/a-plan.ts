import { join } from 'node:path';
import { unprivilegedAccount } from '../../src/account.ts';
import { freePort } from '../../src/free-port.ts';
import { initialiseCluster } from '../../src/initialise-cluster.ts';
import { nativePackage } from '../../src/native-package.ts';
import { launchPostmaster, type Postmaster, type PostmasterPlan } from '../../src/postmaster.ts';
import { prepareRuntime } from '../../src/runtime.ts';
import { openServerLog } from '../../src/server-log.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const password = 'a-password-for-this-test';

export const urlOf = (port: number): string =>
  `postgres://sealpost:${password}@127.0.0.1:${port}/postgres`;

/** A fresh cluster in a temporary folder, with `password`. */
export async function aPlan(): Promise<PostmasterPlan & AsyncDisposable> {
  const folder = await temporaryFolder();
  const cluster = join(folder.path, 'cluster');
  const account = await unprivilegedAccount();
  const runtime = await prepareRuntime(await nativePackage(), account !== null, folder.path);
  const log = await openServerLog(join(folder.path, 'postgres.log'));
  const plan = { runtime, cluster, account, durability: 'none', password, log } as const;
  await initialiseCluster(plan);
  return {
    ...plan,
    [Symbol.asyncDispose]: async () => {
      log.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

export async function launch(plan: PostmasterPlan): Promise<Postmaster> {
  const launched = await launchPostmaster(plan, await freePort());
  if (launched === 'port_taken') throw new Error('the free port was taken');
  return launched;
}
