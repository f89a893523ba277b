import { exchange } from './exchange.ts';

/** What the test calls in the page. */
Object.assign(globalThis, { exchange });
