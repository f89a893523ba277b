import { ContainerModule } from 'inversify';
import type { Config } from '../config/schema.ts';
import { TOKENS } from './tokens.ts';
import { unknownKind } from './unknown-kind.ts';

/** Who is online. */
export const presenceModule = ({ presence: { kind } }: Config): ContainerModule =>
  new ContainerModule(async ({ bind }) => {
    switch (kind) {
      case 'memory': {
        const { MemoryPresenceLeases } = await import('@sealpost/adapter-memory');
        bind(TOKENS.presence).toResolvedValue(() => new MemoryPresenceLeases());
        return;
      }
      default:
        unknownKind(kind);
    }
  });
