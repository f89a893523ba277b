import { normaliseHandle } from '@sealpost/domain';
import type { CallName } from '../../index.ts';
import type { Asked, Asker, OpenCall } from '../calls/handler.ts';
import { inbound, type Limit, message, type Take } from './limit.ts';

type CallLimit<N extends CallName> = Limit<N extends OpenCall ? Asked<N> : Asked<N> & Asker>;

/** What says who somebody is. */
interface ByCredentials {
  readonly network: string;
  readonly body: { readonly handle: string };
}

const call = (account: string): Take => ({ limiter: 'calls', whose: account });
const perAccount = ({ self }: Asker): readonly Take[] => [call(self.account)];
/** However a handle is written, it is one. */
const credentials = ({ network, body: { handle } }: ByCredentials): readonly Take[] => [
  { limiter: 'credentialsByNetwork', whose: network },
  { limiter: 'credentialsByHandle', whose: normaliseHandle(handle) ?? handle },
];
const linking = ({ self }: Asker): readonly Take[] => [
  { limiter: 'deviceLinks', whose: self.account },
];

/** What every call takes of which limiters, whatever transport brings it. A call that is not here does not compile. */
export const callLimits: { readonly [N in CallName]: CallLimit<N> } = {
  serverInformation: { unlimited: 'it is answered from memory, and cheaper than counting' },

  register: credentials,
  logIn: credentials,
  refresh: ({ network }) => [{ limiter: 'refreshesByNetwork', whose: network }],
  sessions: perAccount,
  logOut: perAccount,
  deleteAccount: perAccount,

  accountByHandle: ({ network, self }) => [
    { limiter: 'lookUpsByNetwork', whose: network },
    { limiter: 'lookUpsByAccount', whose: self.account },
  ],
  account: perAccount,
  accounts: perAccount,
  ownAccount: perAccount,
  blocks: perAccount,
  block: perAccount,
  unblock: perAccount,

  devices: perAccount,
  revokeDevice: perAccount,
  certifyFirst: perAccount,
  publishLink: linking,
  revealLink: perAccount,
  takeLinkPackage: perAccount,
  linkState: perAccount,
  offerLink: linking,
  approveDevice: perAccount,

  uploadBundles: ({ self }) => [{ limiter: 'bundleUploads', whose: self.device }],
  claimBundles: ({ self, body }) => [
    call(self.account),
    ...[...new Set(body.accounts)]
      .filter((account) => account !== self.account)
      .map((account): Take => ({ limiter: 'claimsByPair', whose: `${self.account} ${account}` })),
  ],
  stock: perAccount,
  checkBundles: perAccount,

  conversations: perAccount,
  conversation: perAccount,
  joinInformation: perAccount,
  entries: perAccount,
  append: ({ self: { account }, params, body }) => {
    const size = inbound(account, body.parts);
    switch (body.kind) {
      case 'message':
        return [call(account), message(account, params.conversation), size];
      case 'created':
        return [{ limiter: 'foundings', whose: account }, size];
      case 'commit':
      case 'roster':
        return [{ limiter: 'changes', whose: account }, size];
      default:
        return body.kind satisfies never;
    }
  },
  receipts: perAccount,
  presence: perAccount,
};
