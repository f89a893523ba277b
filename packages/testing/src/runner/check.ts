/** `npm run check`: everything that can be told without running the product. */
import { resolve } from 'node:path';
import { conclude } from './conclude.ts';
import { runChecks } from './run-checks.ts';

const root = resolve(import.meta.dirname, '../../../..');
conclude(root, await runChecks(root));
