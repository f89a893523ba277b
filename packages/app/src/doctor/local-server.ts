import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Config } from '../config/schema.ts';
import { codeOf, consult, get, isAlive } from './ask.ts';
import { consultationPaths, type Health } from './consultation.ts';
import type { Proof } from './proof.ts';

/** Who listens where this configuration's server would. */
export type LocalServer =
  | { readonly is: 'nobody' | 'no_such_address' | 'somebody' | 'another_deployment' }
  | { readonly is: 'ours'; readonly health: Health };

const knockMs = 2_000;
/** Its adapters answer within 5 seconds. */
const healthMs = 7_000;
const isAny: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };
const hostInUrl = (host: string): string =>
  isAny[host] ?? (host.includes(':') ? `[${host}]` : host);

const absent: Readonly<Record<string, 'nobody' | 'no_such_address'>> = {
  ECONNREFUSED: 'nobody',
  EADDRNOTAVAIL: 'no_such_address',
  ENOTFOUND: 'no_such_address',
  ENETUNREACH: 'no_such_address',
  EHOSTUNREACH: 'no_such_address',
};

/** Names are found out about by asking. */
function isOfThisMachine(host: string): boolean {
  const own = Object.values(networkInterfaces()).flatMap((all = []) => all);
  return (
    isIP(host) === 0 ||
    host in isAny ||
    host.startsWith('127.') ||
    own.some(({ address }) => address === host)
  );
}

/** @param proof null: there is no secret yet, so that no server of this deployment can run here. */
export async function findLocalServer(
  { host, port }: Pick<Config, 'host' | 'port'>,
  proof: Proof | null,
): Promise<LocalServer> {
  if (!isOfThisMachine(host)) return { is: 'no_such_address' };
  if (port === 0) return { is: 'nobody' };
  const base = new URL(`http://${hostInUrl(host)}:${port}`);
  try {
    if (!isAlive(await get(new URL('/healthz', base), { limitMs: knockMs })))
      return { is: 'somebody' };
  } catch (fault) {
    return { is: absent[codeOf(fault)] ?? 'somebody' };
  }
  if (proof === null) return { is: 'another_deployment' };
  const url = new URL(consultationPaths.health, base);
  try {
    const { answer } = await consult<Health>(url, proof, { limitMs: healthMs });
    return answer === null ? { is: 'another_deployment' } : { is: 'ours', health: answer };
  } catch {
    return { is: 'somebody' };
  }
}
