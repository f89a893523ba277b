/** The load generator, a process of its own: reads what it is to do as JSON, and writes what it measured. */
import { text } from 'node:stream/consumers';
import type { LoadSpec } from './load-spec.ts';
import { runLoad } from './run-load.ts';

const result = await runLoad(JSON.parse(await text(process.stdin)) as LoadSpec);
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
