import { assert } from '@sealpost/domain';
import { ContainerModule } from 'inversify';
import type { Config } from '../config/schema.ts';
import { faultRecord } from '../log/fault-record.ts';
import { bindFrom } from './bind-from.ts';
import { TOKENS } from './tokens.ts';
import { unknownKind } from './unknown-kind.ts';

const { log, meter, openFanOut, random, timers } = TOKENS;

/** How hints travel between the processes of the deployment. */
export const fanOutModule = ({ fanOut: { kind }, storage }: Config): ContainerModule =>
  new ContainerModule(async ({ bind }) => {
    bindFrom(bind, TOKENS.fanOut, { openFanOut }, (parts) => parts.openFanOut.fanOut);
    switch (kind) {
      case 'process': {
        const { MemoryFanOut } = await import('@sealpost/adapter-memory');
        bind(openFanOut).toResolvedValue(() => ({
          fanOut: new MemoryFanOut(),
          stop: () => Promise.resolve(),
        }));
        return;
      }
      case 'postgres': {
        const { PostgresFanOut } = await import('@sealpost/adapter-postgres');
        assert(storage.kind === 'postgres', 'hints go through the database of the storage');
        const { url, schema } = storage;
        bindFrom(bind, openFanOut, { timers, random, meter, log }, ({ log: told, ...parts }) => {
          const failed = (fault: unknown): void => told(faultRecord('fan-out', fault));
          const fanOut = new PostgresFanOut({ url, schema }, { ...parts, failed });
          return { fanOut, stop: () => fanOut.stop() };
        });
        return;
      }
      default:
        unknownKind(kind);
    }
  });
