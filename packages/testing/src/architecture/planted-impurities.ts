import { type Planted, planted } from './planted.ts';

/** Names that the domain may not use and that the compiler does not even know there. */
const unknownToTheCompiler = [
  ['process', 'process'],
  ['buffer', 'Buffer'],
  ['timers', 'setTimeout'],
  ['web-crypto', 'crypto'],
  ['console', 'console'],
  ['text-encoder', 'TextEncoder'],
  ['structured-clone', 'structuredClone'],
] as const;

const inDomain = (name: string, use: string, ...reports: readonly string[]): Planted =>
  planted(`packages/domain/src/${name}.ts`, `export const kept: unknown = ${use};`, ...reports);

const inClient = (name: string, use: string, ...reports: readonly string[]): Planted =>
  planted(`packages/client/src/${name}.ts`, `export const kept: unknown = ${use};`, ...reports);

const GLOBAL = 'lint no-restricted-globals';
const PROPERTY = 'lint no-restricted-properties';

/** What reaches for time, chance or the machine, in the two places that must not. */
export const plantedImpurities: readonly Planted[] = [
  ...unknownToTheCompiler.map(([name, use]) => inDomain(name, use, 'types')),
  inDomain('now', 'Date.now()', GLOBAL),
  inDomain('new-date', 'new Date()', GLOBAL),
  inDomain('intl', 'new Intl.NumberFormat()', GLOBAL),
  inDomain('ambient', 'globalThis', GLOBAL),
  inDomain('chance', 'Math.random()', PROPERTY),
  inDomain('arithmetic', 'Math.max(1, 2)'),
  planted('packages/domain/src/enumerated.ts', 'export enum Kind {\n  One,\n}', 'types'),
  planted(
    'packages/domain/src/parameter-property.ts',
    'export class Kept {\n  constructor(readonly kept: number) {}\n}',
    'types',
  ),
  planted('packages/domain/src/time.unit.test.ts', 'export const kept = Date.now();'),

  inClient('now', 'Date.now()', GLOBAL),
  inClient('new-date', 'new Date()', GLOBAL),
  inClient('elapsed', 'performance.now()', GLOBAL),
  inClient('timeout', 'setTimeout(() => 1, 1)', GLOBAL),
  inClient('interval', 'setInterval(() => 1, 1)', GLOBAL),
  inClient('immediate', 'setImmediate(() => 1)', GLOBAL),
  inClient('process', 'process.exitCode', GLOBAL),
  inClient('buffer', 'Buffer.from([1])', GLOBAL),
  inClient('ambient', 'globalThis', GLOBAL),
  inClient('window', 'window', GLOBAL),
  inClient('self', 'self', GLOBAL),
  inClient('chance', 'Math.random()', PROPERTY),
  inClient('identifier', 'crypto.randomUUID()', PROPERTY),
  inClient('nonce', 'crypto.getRandomValues(new Uint8Array(1))'),
  inClient('digest', "crypto.subtle.digest('SHA-256', new Uint8Array(1))"),
  inClient('system/clock', 'Date.now()'),
  inClient('system/identifier', 'crypto.randomUUID()'),
  inClient('store/sqlite-turn', 'setImmediate(() => 1)'),
  inClient('machine.node', 'process.exitCode'),
];
