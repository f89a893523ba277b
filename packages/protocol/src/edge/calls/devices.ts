import { ok } from '@sealpost/domain';
import { answered, done } from './answers.ts';
import type { Handler } from './handler.ts';
import { wireLinkState, wireOwnDevice } from '../mapping/account.ts';

type Names =
  | 'devices'
  | 'revokeDevice'
  | 'certifyFirst'
  | 'publishLink'
  | 'revealLink'
  | 'takeLinkPackage'
  | 'linkState'
  | 'offerLink'
  | 'approveDevice';

export const deviceHandlers = {
  devices: async ({ caller }, { useCases }) => {
    const devices = await useCases.accountDirectory.devices(caller.account);
    return ok({ devices: devices.map(wireOwnDevice) });
  },

  revokeDevice: async ({ params, caller, cookies }, { useCases }) => {
    const outcome = await useCases.endDevices.revoke(caller, params.device);
    if (outcome.ok && params.device === caller.device) cookies.drop();
    return done(outcome);
  },

  certifyFirst: async ({ body: { accountKey, ...certificate }, self }, { useCases }) =>
    done(await useCases.enrolDevice.certifyFirst(self, accountKey, certificate)),

  publishLink: async ({ body, self }, { useCases }) =>
    done(await useCases.enrolDevice.publish(self, body)),

  revealLink: async ({ body, self }, { useCases }) =>
    done(await useCases.enrolDevice.reveal(self, body.nonce)),

  takeLinkPackage: async ({ self }, { useCases }) =>
    ok({ package: await useCases.enrolDevice.takePackage(self) }),

  linkState: async ({ params, self }, { useCases }) =>
    answered(await useCases.enrolDevice.link(self, params.device), wireLinkState),

  offerLink: async ({ params, body, self }, { useCases }) =>
    done(await useCases.enrolDevice.offer(self, params.device, body.nonce)),

  approveDevice: async ({ params, body, self }, { useCases }) =>
    done(await useCases.enrolDevice.approve(self, params.device, body)),
} satisfies { [N in Names]: Handler<N> };
