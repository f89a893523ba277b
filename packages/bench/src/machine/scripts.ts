import { fileURLToPath } from 'node:url';

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** What is started as a process of its own. */
export const scripts = {
  load: pathOf('../load/load.ts'),
  idle: pathOf('../load/idle.ts'),
  readRows: pathOf('../relay/read-rows.ts'),
  sdk: pathOf('../sdk/sdk.ts'),
  relay: pathOf('../relay/relay.ts'),
  /** As an operator starts it. */
  sealpost: pathOf('../../../cli/bin/sealpost.js'),
} as const;

/** Our scripts are run from their sources. */
export const fromSource = '--conditions=@sealpost/source';
