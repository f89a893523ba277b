import { Container, type ServiceIdentifier } from 'inversify';
import type { Config } from '../config/schema.ts';
import type { ServerLog } from '../log/log-record.ts';
import { accountModule } from './account-module.ts';
import { backendsModule } from './backends-module.ts';
import { conversationModule } from './conversation-module.ts';
import { cursorModule } from './cursor-module.ts';
import { deliveryModule } from './delivery-module.ts';
import { keyModule } from './key-module.ts';
import { limitsModule } from './limits-module.ts';
import { retentionModule } from './retention-module.ts';
import { sessionModule } from './session-module.ts';
import { systemModule } from './system-module.ts';
import { transportModule } from './transport-module.ts';
import { useCasesModule } from './use-cases-module.ts';

/** The parts of one server. Each is made when it is first asked for, with what it needs, and there is one of it. */
export interface Composition {
  readonly get: <T>(token: ServiceIdentifier<T>) => Promise<T>;
}

/** Binds every part of a server as the configuration says. Nothing is opened or started yet. */
export async function compose(config: Config, log: ServerLog): Promise<Composition> {
  const container = new Container({ defaultScope: 'Singleton' });
  await container.loadAsync(
    systemModule(config, log),
    backendsModule(),
    limitsModule(),
    sessionModule(),
    accountModule(),
    keyModule(),
    conversationModule(),
    retentionModule(),
    deliveryModule(),
    cursorModule(),
    useCasesModule(),
    transportModule(),
  );
  return { get: (token) => container.getAsync(token) };
}
