/**
 * Connections that do nothing, in a process of their own: reads what to connect as JSON, writes how long that took, and
 * keeps them until it is stopped.
 */
import { text } from 'node:stream/consumers';
import { Crowd } from './crowd.ts';
import { dialects } from './dialects.ts';
import type { IdleResult, IdleSpec } from './load-spec.ts';

const spec = JSON.parse(await text(process.stdin)) as IdleSpec;
const began = performance.now();
await Crowd.connect(spec, dialects[spec.dialect], { delivered: () => undefined });
const result: IdleResult = { seconds: (performance.now() - began) / 1000 };
process.stdout.write(`${JSON.stringify(result)}\n`);
// Sockets alone would keep it, but for none at all.
setInterval(() => undefined, 60_000);
