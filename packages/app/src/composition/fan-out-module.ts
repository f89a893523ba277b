import { ContainerModule } from 'inversify';
import type { Config } from '../config/schema.ts';
import { TOKENS } from './tokens.ts';
import { unknownKind } from './unknown-kind.ts';

/** How hints travel between the processes of the deployment. */
export const fanOutModule = ({ fanOut: { kind } }: Config): ContainerModule =>
  new ContainerModule(async ({ bind }) => {
    switch (kind) {
      case 'process': {
        const { MemoryFanOut } = await import('@sealpost/adapter-memory');
        bind(TOKENS.fanOut).toResolvedValue(() => new MemoryFanOut());
        return;
      }
      default:
        unknownKind(kind);
    }
  });
