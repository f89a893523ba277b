import { ok } from '@sealpost/domain';
import { protocolVersion } from '../../index.ts';
import type { Handler } from './handler.ts';

export const serverHandlers = {
  serverInformation: async (_, { useCases, clock, limits }) =>
    ok({
      protocol: protocolVersion,
      incarnation: useCases.incarnation(),
      time: clock.now(),
      limits: { ...limits },
    }),
} satisfies { serverInformation: Handler<'serverInformation'> };
