import type { Deployment } from './deployment.ts';

const short = (value: number): string =>
  new Intl.NumberFormat('en', { maximumSignificantDigits: 3 }).format(value);
const GiB = 2 ** 30;

const rows: readonly [string, (of: Deployment) => string][] = [
  ['users', ({ users }) => short(users)],
  ['connections at the peak', ({ connections }) => short(connections)],
  ['messages/s at the peak', ({ messages }) => short(messages)],
  ['deliveries/s at the peak', ({ deliveries }) => short(deliveries)],
  ['of each process, for hints', ({ hintUse }) => `${short(100 * hintUse)} %`],
  ['server processes', ({ processes }) => short(processes)],
  ['memory of the servers, GiB', ({ serverBytes }) => short(serverBytes / GiB)],
  ['cores at work, servers', ({ serverCores }) => short(serverCores)],
  ['cores at work, store', ({ storeCores }) => short(storeCores)],
  ['primaries of the store', ({ shards }) => short(shards)],
  ['stored in a year, TiB', (of) => short(of.storedBytesPerYear / GiB / 1024)],
  ['machine-hours a month', (of) => short(of.machineHoursPerMonth)],
];

/** Deployments side by side, in Markdown. */
export function tableOf(deployments: readonly Deployment[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const [head = '', ...others] = rows.map(([name, of]) => line([name, ...deployments.map(of)]));
  const rule = line(['---', ...deployments.map(() => '---:')]);
  return [head, rule, ...others].join('\n');
}
