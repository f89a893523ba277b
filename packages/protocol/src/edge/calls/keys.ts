import { equalBytes, ok } from '@sealpost/domain';
import { answered } from './answers.ts';
import type { Handler } from './handler.ts';
import { wireClaimed, wireStock } from '../mapping/keys.ts';

type Names = 'uploadBundles' | 'claimBundles' | 'stock' | 'checkBundles';

export const keyHandlers = {
  uploadBundles: async ({ body: { suite, oneTime, lastResort }, self }, { useCases }) =>
    answered(await useCases.uploadBundles.execute(self, suite, { oneTime, lastResort }), wireStock),

  claimBundles: async ({ body, self }, { useCases }) =>
    answered(await useCases.claimBundles.execute(self, body), wireClaimed),

  stock: async ({ query, self }, { useCases }) =>
    ok(wireStock(await useCases.checkBundles.stock(self, query.suite))),

  checkBundles: async ({ body: { suite, digest }, self }, { useCases: { checkBundles } }) => {
    const matches = equalBytes(await checkBundles.digest(self, suite), digest);
    return ok({ matches, stock: wireStock(await checkBundles.stock(self, suite)) });
  },
} satisfies { [N in Names]: Handler<N> };
