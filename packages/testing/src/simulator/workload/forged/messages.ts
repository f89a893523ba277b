import { type Forgery, part } from './place.ts';
import { anywhere, nobody } from './recipes.ts';

/** Messages that are none. */
export const forgedMessages: readonly Forgery[] = [
  anywhere(() => ({ epochsBack: 1 })),
  { ...anywhere(() => ({})), withoutKeys: true },
  anywhere(({ self }) => ({ change: { setRoles: [{ account: self.account, role: 'owner' }] } })),
  anywhere(() => ({ parts: [part('all'), part([nobody.device])] })),
  anywhere(() => ({ parts: [part('joiners')] })),
  anywhere(() => ({ parts: [{ audience: 'all', bytes: new Uint8Array(100 * 1024) }] })),
];
