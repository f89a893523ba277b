import { assert } from '@sealpost/domain';
import { ContainerModule } from 'inversify';
import type { Config } from '../config/schema.ts';
import { bindFrom } from './bind-from.ts';
import { TOKENS } from './tokens.ts';
import { unknownKind } from './unknown-kind.ts';

const { clock, presence, storage } = TOKENS;

/** Who is online. */
export const presenceModule = ({ presence: { kind } }: Config): ContainerModule =>
  new ContainerModule(async ({ bind }) => {
    switch (kind) {
      case 'memory': {
        const { MemoryPresenceLeases } = await import('@sealpost/adapter-memory');
        bindFrom(bind, presence, { clock }, (parts) => new MemoryPresenceLeases(parts.clock));
        return;
      }
      case 'postgres':
        bindFrom(bind, presence, { storage }, (parts) => {
          assert(parts.storage.presence !== null, 'the storage is shared by processes');
          return parts.storage.presence;
        });
        return;
      default:
        unknownKind(kind);
    }
  });
