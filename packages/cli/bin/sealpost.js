#!/usr/bin/env node
import { existsSync } from 'node:fs';
import * as modules from 'node:module';
import { startWithLeanHeap } from './lean-heap.js';

const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `Sealpost needs Node 24 or newer; this is ${process.version}. In a checkout: npx sealpost, or npm start.`,
  );
  process.exit(1);
}
if (process.argv[2] === 'serve') startWithLeanHeap();
const source = new URL('../src/main.ts', import.meta.url);
const checkout = existsSync(source);
if (checkout) {
  // In a checkout packages are found by their sources, which Node runs directly. An adapter from outside may bring a
  // copy of one that was installed: that has none.
  const condition = '@sealpost/source';
  modules.registerHooks({
    resolve: (specifier, context, next) => {
      const conditions = context.conditions.filter((one) => one !== condition);
      try {
        return next(specifier, { ...context, conditions: [condition, ...conditions] });
      } catch {
        // Throws again where that is not the condition's fault.
        return next(specifier, { ...context, conditions });
      }
    },
  });
}
const { main } = await import(
  checkout ? source.href : new URL('../dist/main.js', import.meta.url).href
);
process.exitCode = await main(process.argv.slice(2));
