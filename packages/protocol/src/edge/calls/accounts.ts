import { ok } from '@sealpost/domain';
import { answered, done } from './answers.ts';
import type { Handler } from './handler.ts';
import { wireAccountRecord } from '../mapping/account.ts';

type Names =
  | 'accountByHandle'
  | 'account'
  | 'accounts'
  | 'ownAccount'
  | 'deleteAccount'
  | 'blocks'
  | 'block'
  | 'unblock';

export const accountHandlers = {
  accountByHandle: async ({ params }, { useCases }) =>
    answered(await useCases.accountDirectory.byHandle(params.handle), wireAccountRecord),

  account: async ({ params }, { useCases }) =>
    answered(await useCases.accountDirectory.byId(params.account), wireAccountRecord),

  accounts: async ({ body }, { useCases }) => {
    const records = await useCases.accountDirectory.byIds(body.accounts);
    return ok({ accounts: records.map(wireAccountRecord) });
  },

  ownAccount: async ({ caller }, { useCases }) =>
    answered(await useCases.accountDirectory.byId(caller.account), wireAccountRecord),

  deleteAccount: async ({ caller, cookies }, { useCases }) => {
    await useCases.endDevices.deleteAccount(caller.account);
    cookies.drop();
    return ok({});
  },

  blocks: async ({ caller }, { useCases }) =>
    ok({ accounts: await useCases.accountDirectory.blocked(caller.account) }),

  block: async ({ params, caller }, { useCases }) =>
    done(await useCases.accountDirectory.block(caller.account, params.account)),

  unblock: async ({ params, caller }, { useCases }) => {
    await useCases.accountDirectory.unblock(caller.account, params.account);
    return ok({});
  },
} satisfies { [N in Names]: Handler<N> };
